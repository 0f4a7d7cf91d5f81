// Where a call goes and under which limits: everything settled before the first byte is sent.

import type { Timeouts } from "../protocol/messages.ts";
import type { Provider, Settings } from "../providers/types.ts";

export interface Target {
  provider: Provider;
  /** Without the provider prefix. */
  model: string;
  /** As the caller named it. */
  requested_model: string;
  /** Normalised, without trailing slash. */
  api_base: string;
  /** Scheme, host and port: what keys and retry budgets are bound to. */
  origin: string;
  api_key: string | undefined;
  settings: Settings;
  /** Not the provider's own address. */
  own_base: boolean;
  headers: Readonly<Record<string, string>>;
}

/** Milliseconds; undefined = no limit. */
export interface Limits {
  connect: number | undefined;
  first_token: number | undefined;
  idle: number | undefined;
  total: number | undefined;
  /** The first token is due that long after the call began, retries included, and not after each attempt. */
  first_token_of_call?: boolean;
}

const REMOTE: Limits = { connect: 10_000, first_token: 600_000, idle: 300_000, total: 6_000_000 };
/** A local model may load for minutes and think for hours; only silence ends it. */
const LOCAL: Limits = { connect: 10_000, first_token: undefined, idle: 900_000, total: undefined };

/**
 * LiteLLM's `timeout` as a number bounds the whole of a call that does not stream, and every wait of one that
 * does (a slow but steady stream is no timeout); an object names each limit. Seconds in, milliseconds out.
 */
export function limitsOf(
  timeout: number | Timeouts | null | undefined,
  { stream, local }: { stream: boolean; local: boolean },
): Limits {
  const defaults = local ? LOCAL : REMOTE;
  if (timeout === null || timeout === undefined) return defaults;
  if (typeof timeout === "number") {
    const ms = timeout * 1000;
    const connect = Math.min(ms, defaults.connect ?? ms);
    return stream
      ? { connect, first_token: ms, idle: ms, total: defaults.total, first_token_of_call: true }
      : { connect, first_token: ms, idle: ms, total: ms };
  }
  const ms = (seconds: number | undefined, otherwise: number | undefined): number | undefined =>
    seconds === undefined ? otherwise : seconds * 1000;
  return {
    connect: ms(timeout.connect, defaults.connect),
    first_token: ms(timeout.first_token, defaults.first_token),
    idle: ms(timeout.idle, defaults.idle),
    total: ms(timeout.total, defaults.total),
  };
}
