// One call as callbacks hear of it: before its request, on each chunk, at its end. What they do, throw or wait for never
// reaches the call: the end is told after the caller has its answer.

import type { CallbackFields } from "../protocol/callbacks.ts";
import { type CompactChunk, Inflater } from "../protocol/compact.ts";
import type { ChatCompletionChunk } from "../protocol/messages.ts";
import { type CallFacts, textOf } from "./call-facts.ts";
import type { Ear } from "./ears.ts";
import { loggingPayload } from "./logging-payload.ts";
import type { EndedCall, MadeCall, Observation } from "./observer.ts";
import type { CallSpan } from "./otel.ts";
import { chunkWithoutTexts, NO_MESSAGES, paramsWithoutTexts } from "./without-texts.ts";

export interface Listening {
  ears: readonly Ear[];
  span: CallSpan | undefined;
  /** Calls a callback: what it throws is its own affair. */
  tell(name: string, event: string, call: () => unknown): void;
  /** Told later, and waited for by whoever ends the library. */
  later(work: () => Promise<void>): void;
}

export class WatchedCall implements Observation {
  readonly wants_chunks: boolean;
  readonly #facts: CallFacts;
  readonly #listening: Listening;
  readonly #inflater = new Inflater();

  constructor(facts: CallFacts, listening: Listening) {
    this.#facts = facts;
    this.#listening = listening;
    this.wants_chunks = listening.ears.some(({ stream }) => stream);
  }

  made(made: MadeCall): void {
    this.#facts.made = made;
    this.#onSpan((span) => span.made(this.#facts));
  }

  sending(): void {
    for (const ear of this.#listening.ears) {
      if (ear.pre) this.#listening.tell(ear.name, "pre_api_call", () => ear.pre?.(this.#fields(ear.texts)));
    }
  }

  chunks(chunks: readonly CompactChunk[]): void {
    const start = new Date(this.#facts.begun.began);
    for (const chunk of chunks) {
      const whole: ChatCompletionChunk = this.#inflater.inflate(chunk);
      for (const ear of this.#listening.ears) {
        if (!ear.stream) continue;
        this.#listening.tell(ear.name, "stream_event", () => {
          const told = ear.texts ? structuredClone(whole) : chunkWithoutTexts(whole);
          return ear.stream?.(this.#fields(ear.texts), told, start, new Date());
        });
      }
    }
  }

  within<T>(work: () => Promise<T>): Promise<T> {
    const { span } = this.#listening;
    return span ? span.within(work) : work();
  }

  ended(end: EndedCall): void {
    this.#onSpan((span) => span.ended(this.#facts, end));
    const ears = this.#listening.ears.filter((ear) => (end.error ? ear.failure : ear.success));
    if (ears.length === 0) return;
    this.#listening.later(async () => {
      for (const texts of [true, false]) {
        const those = ears.filter((ear) => ear.texts === texts);
        if (those.length > 0) await this.#end(those, end, texts);
      }
    });
  }

  async #end(ears: readonly Ear[], end: EndedCall, texts: boolean): Promise<void> {
    const payload = await loggingPayload(this.#facts, end, texts);
    const { began } = this.#facts.begun;
    const end_time = new Date(end.ended);
    for (const ear of ears) {
      const own = ears.length > 1 ? structuredClone(payload) : payload;
      const kwargs: CallbackFields = {
        ...this.#fields(texts),
        end_time,
        completion_start_time: new Date(own.completionStartTime * 1000),
        response_cost: own.response_cost,
        cache_hit: end.cache_hit,
        standard_logging_object: own,
        ...(this.#facts.stream && !end.error
          ? {
              complete_streaming_response: own.response as CallbackFields["complete_streaming_response"] &
                object,
            }
          : {}),
        ...(end.error ? { exception: end.error } : {}),
      };
      const told = end.error ? ear.failure : ear.success;
      const event = end.error ? "failure_event" : "success_event";
      this.#listening.tell(ear.name, event, () => told?.(kwargs, own.response, new Date(began), end_time));
    }
  }

  /** The program's own exporters and processors run there. */
  #onSpan(work: (span: CallSpan) => void): void {
    const { span, tell } = this.#listening;
    if (span) tell("otel", "a span", () => work(span));
  }

  #fields(texts: boolean): CallbackFields {
    const facts = this.#facts;
    const { params, call_id, began } = facts.begun;
    const { provider, model } = facts.named;
    const messages = texts ? facts.clean(facts.messages) : NO_MESSAGES;
    return {
      litellm_call_id: call_id,
      litellm_trace_id: facts.trace_id,
      call_type: facts.type,
      model,
      custom_llm_provider: provider,
      messages,
      input: messages,
      optional_params: facts.clean(texts ? facts.parameters : paramsWithoutTexts(facts.parameters)),
      litellm_params: {
        api_base: facts.api_base,
        metadata: facts.clean((params.metadata as Record<string, unknown> | null | undefined) ?? null),
      },
      user: textOf(params.user) ?? null,
      stream: facts.stream,
      start_time: new Date(began),
      end_time: null,
      completion_start_time: null,
      response_cost: null,
      cache_hit: false,
    };
  }
}
