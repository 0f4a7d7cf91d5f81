// The program's callbacks in one form, whatever they are: functions, LiteLLM's loggers, lists of either. Each hears an
// event once, though it stand in several lists.

import type {
  Callback,
  CallbackFields,
  CallbackFunction,
  CallbackLists,
  CustomLogger,
} from "../protocol/callbacks.ts";

export interface Ear {
  name: string;
  /** Gets prompts and answers. */
  texts: boolean;
  pre: ((kwargs: CallbackFields) => unknown) | undefined;
  success: CallbackFunction | undefined;
  failure: CallbackFunction | undefined;
  stream: CustomLogger["log_stream_event"] | undefined;
}

export interface Ears {
  ears: readonly Ear[];
  otel: boolean;
  /** What stands in a list and is no callback. */
  unknown: string[];
}

export function isEmpty(lists: CallbackLists): boolean {
  const { callbacks, success_callback, failure_callback, input_callback } = lists;
  return callbacks.length + success_callback.length + failure_callback.length + input_callback.length === 0;
}

type Wants = { pre?: boolean; success?: boolean; failure?: boolean; stream?: boolean };

/** `silent`: the call itself keeps its texts from everybody. */
export function earsOf(lists: CallbackLists, silent: boolean): Ears {
  const wanted = new Map<unknown, Wants>();
  const add = (list: readonly unknown[], wants: Wants): void => {
    for (const one of list) wanted.set(one, { ...wanted.get(one), ...wants });
  };
  add(lists.callbacks, { pre: true, success: true, failure: true, stream: true });
  add(lists.success_callback, { success: true, stream: true });
  add(lists.failure_callback, { failure: true });
  add(lists.input_callback, { pre: true });
  const found: Ears = { ears: [], otel: wanted.delete("otel"), unknown: [] };
  const ears: Ear[] = [];
  for (const [one, wants] of wanted) {
    if (typeof one === "function") ears.push(ofFunction(one as CallbackFunction, wants, lists, silent));
    else if (typeof one === "object" && one !== null)
      ears.push(ofLogger(one as CustomLogger, wants, lists, silent));
    else found.unknown.push(String(one));
  }
  return { ...found, ears };
}

function ofFunction(one: CallbackFunction, wants: Wants, lists: CallbackLists, silent: boolean): Ear {
  const only = lists.input_callback.includes(one as (kwargs: CallbackFields) => unknown);
  return {
    name: one.name || "a function without a name",
    texts: !silent && !lists.turn_off_message_logging,
    // A function of `callbacks` hears how calls end; before them only one that was put there for it.
    pre: only && wants.pre ? (one as (kwargs: CallbackFields) => unknown) : undefined,
    success: wants.success ? one : undefined,
    failure: wants.failure ? one : undefined,
    stream: undefined,
  };
}

function ofLogger(one: CustomLogger, wants: Wants, lists: CallbackLists, silent: boolean): Ear {
  const bound = <F extends (...args: never[]) => unknown>(
    async: F | undefined,
    sync: F | undefined,
  ): F | undefined => (async ?? sync)?.bind(one) as F | undefined;
  const pre = bound(one.async_log_pre_api_call, one.log_pre_api_call);
  return {
    name: one.constructor?.name ?? "a logger",
    texts: !silent && !(one.turn_off_message_logging ?? lists.turn_off_message_logging),
    pre: wants.pre && pre ? (kwargs) => pre(kwargs.model, kwargs.messages, kwargs) : undefined,
    success: wants.success
      ? (bound(one.async_log_success_event, one.log_success_event) as CallbackFunction | undefined)
      : undefined,
    failure: wants.failure ? bound(one.async_log_failure_event, one.log_failure_event) : undefined,
    stream: wants.stream ? bound(one.async_log_stream_event, one.log_stream_event) : undefined,
  };
}

export type { Callback };
