// The chunks of a stream on their way through middleware: each hook sees whole chunks in order, and what the last one
// gives is what the caller gets. A hook that throws stops the call, and nothing of the stream goes out after.

import type { ChunkSink } from "../engine/engine.ts";
import type { Stop } from "../engine/stop.ts";
import { type CompactChunk, Inflater } from "../protocol/compact.ts";
import type { OpenAIError } from "../protocol/errors.ts";
import type { ChatCompletionChunk } from "../protocol/messages.ts";
import type { Middleware, MiddlewareCall } from "../protocol/middleware.ts";
import { refusal } from "./refusal.ts";

export class ChunkGate implements ChunkSink {
  /** Chunks that went out. */
  given = 0;
  readonly #sink: ChunkSink;
  readonly #hooks: readonly Middleware[];
  readonly #call: MiddlewareCall;
  readonly #stop: Stop;
  readonly #inflater = new Inflater();
  /** What a hook threw; nothing goes out after it. */
  refused: OpenAIError | undefined;

  constructor(sink: ChunkSink, hooks: readonly Middleware[], call: MiddlewareCall, stop: Stop) {
    this.#sink = sink;
    this.#hooks = hooks;
    this.#call = call;
    this.#stop = stop;
  }

  push(chunks: CompactChunk[]): void {
    if (this.refused) return;
    const out: ChatCompletionChunk[] = [];
    for (const chunk of chunks) {
      out.push(...this.#through(this.#inflater.inflate(chunk)));
      if (this.refused) break;
    }
    this.given += out.length;
    if (out.length > 0) this.#sink.push(out);
  }

  control(control: { pause(): void; resume(): void }): void {
    this.#sink.control?.(control);
  }

  #through(chunk: ChatCompletionChunk): readonly ChatCompletionChunk[] {
    let some: readonly ChatCompletionChunk[] = [chunk];
    for (const hook of this.#hooks) {
      try {
        some = some.flatMap((one) => hook.chunk?.(one, this.#call) ?? one);
      } catch (thrown) {
        this.refused = refusal(hook.name, thrown);
        this.#stop.stop(this.refused);
        return [];
      }
    }
    return some;
  }
}
