// Answers of the cache as callers get them: whole, or as the chunks of a stream. What they cost is nothing, and they say
// where they come from.

import type { ChunkSink } from "./engine/engine.ts";
import { accumulate } from "./protocol/accumulate.ts";
import type { CompactChunk } from "./protocol/compact.ts";
import type {
  ChatCompletionChunk,
  ModelResponse,
  ResponseExtras,
  Usage,
  Warning,
} from "./protocol/messages.ts";
import type { StreamEnd } from "./protocol/results.ts";
import { toChunks } from "./protocol/to-chunks.ts";

/** An answer that was filtered may come out otherwise the next time. */
const WHOLE = new Set(["stop", "length", "tool_calls", "function_call"]);

export function mayBeKept(response: ModelResponse): boolean {
  return (
    response.choices.length > 0 && response.choices.every(({ finish_reason }) => WHOLE.has(finish_reason))
  );
}

/** Without what is told of one call. */
export function withoutExtras<T extends { edgequake?: ResponseExtras }>({ edgequake: _told, ...answer }: T) {
  return answer;
}

export function extrasOfKept(call_id: string, warnings: Warning[], ms: number): ResponseExtras {
  const ms_total = Math.round(ms * 1000) / 1000;
  return {
    warnings,
    call_id,
    attempts: 0,
    ms_first_chunk: ms_total,
    ms_total,
    cost_usd: 0,
    cache_hit: true,
  };
}

/** The chunks a stream of this answer would have been, and its end. */
export function streamOfKept(
  answer: ModelResponse,
  extras: ResponseExtras,
  include_usage: boolean,
): { chunks: ChatCompletionChunk[]; end: Omit<StreamEnd, "stream_id"> } {
  const chunks = toChunks(answer);
  const { id, created, model, usage } = answer;
  if (include_usage && usage) {
    const choices = [{ index: 0, delta: {}, finish_reason: null }];
    chunks.push({ id, object: "chat.completion.chunk", created, model, choices, usage });
  }
  const end = {
    chunks: chunks.length,
    finish_reasons: answer.choices.map(({ finish_reason }) => finish_reason),
    usage: usage ?? null,
    cost_usd: 0,
    request_id: null,
    call_id: extras.call_id,
    ms_first_chunk: extras.ms_first_chunk,
    ms_total: extras.ms_total,
    attempts: 0,
    warnings: extras.warnings,
    cache_hit: true,
  };
  return { chunks, end };
}

/** Gathers a stream on its way to the caller. */
export class Gathered {
  readonly #chunks: CompactChunk[] = [];

  add(chunks: readonly CompactChunk[]): void {
    this.#chunks.push(...chunks);
  }

  /** undefined = nothing came. */
  answer(usage: Usage | null): ModelResponse | undefined {
    if (this.#chunks.length === 0) return undefined;
    const answer = accumulate(this.#chunks);
    if (usage) answer.usage = usage;
    return answer;
  }
}

/** The same sink, and what went through it is remembered. */
export function gathering(
  sink: ChunkSink,
  gathered: Gathered,
  tell?: (chunks: CompactChunk[]) => void,
): ChunkSink {
  return {
    push: (chunks: CompactChunk[]) => {
      gathered.add(chunks);
      tell?.(chunks);
      sink.push(chunks);
    },
    control: (control) => sink.control?.(control),
  };
}

/** What the model said, as the ledger keeps it. */
export function textOf(response: ModelResponse): string | null {
  return response.choices[0]?.message.content ?? null;
}
