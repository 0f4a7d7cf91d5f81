// One answer as it comes, into its turn: text, why it waits, how it ended. What came is kept however it ends.

import { asOpenAIError, Cancelled } from "../../server/protocol/errors.ts";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { Turn, TurnNote } from "../../server/protocol/webview.ts";
import type { ChunkStream } from "../api.ts";
import { englishOf, plainText } from "../plain-text.ts";

export interface AnswerListener {
  grew(turn: Turn): void;
  progress(turn: Turn): void;
}

export class Answer {
  readonly turn: Turn;
  readonly #listener: AnswerListener;
  readonly #stopped = new AbortController();

  constructor(turn: Turn, listener: AnswerListener) {
    this.turn = turn;
    this.#listener = listener;
  }

  stop(): void {
    this.#stopped.abort();
  }

  /** Resolves when it ended in any way; true = its text is not what the growth told. */
  async run(start: () => Promise<ChunkStream>): Promise<boolean> {
    const { turn } = this;
    try {
      const stream = await untilAborted(start(), this.#stopped.signal);
      const cancel = (): void => stream.cancel();
      this.#stopped.signal.addEventListener("abort", cancel, { once: true });
      await this.#read(stream);
      return false;
    } catch (thrown) {
      return failed(turn, thrown);
    } finally {
      turn.progress = null;
    }
  }

  /** A request failed, and the next one comes. */
  waits(progress: Turn["progress"]): void {
    if (this.turn.state !== "streaming") return;
    this.turn.progress = progress;
    this.#listener.progress(this.turn);
  }

  async #read(stream: ChunkStream): Promise<void> {
    const { turn } = this;
    for await (const { choices } of stream) {
      if (turn.progress) this.waits(null);
      const delta = choices[0]?.delta;
      if (!delta?.content && !delta?.reasoning_content) continue;
      turn.text += delta.content ?? "";
      turn.reasoning += delta.reasoning_content ?? "";
      this.#listener.grew(turn);
    }
    const end = await stream.end;
    Object.assign(turn, {
      state: "done",
      usage: end.usage,
      cost_usd: end.cost_usd,
      ms_first_chunk: end.ms_first_chunk,
      ms_total: end.ms_total,
      warnings: [...turn.warnings, ...end.warnings.map(({ message }) => message)],
      attempts: end.attempts,
      attempt_records: end.attempt_records ?? null,
      trace: end.trace ?? null,
      note: noteOf(end.finish_reasons[0], turn.text),
    } satisfies Partial<Turn>);
  }
}

/** A stream that comes after the stop is cancelled. */
async function untilAborted(starting: Promise<ChunkStream>, signal: AbortSignal): Promise<ChunkStream> {
  const stopped = new Promise<never>((_, reject) => {
    signal.addEventListener("abort", () => reject(new Cancelled("stopped")), { once: true });
    if (signal.aborted) reject(new Cancelled("stopped"));
  });
  starting.then(
    (stream) => signal.aborted && stream.cancel(),
    () => {},
  );
  return Promise.race([starting, stopped]);
}

function failed(turn: Turn, thrown: unknown): boolean {
  const error = asOpenAIError(thrown);
  if (error instanceof Cancelled) {
    turn.state = "stopped";
    return false;
  }
  turn.state = "error";
  turn.attempts = error.attempts?.length ?? null;
  turn.attempt_records = error.attempts ? [...error.attempts] : null;
  turn.error = { name: error.name, message: plainText(englishOf(error)) };
  // What arrived after the last update of the screen is on the error.
  const partial = error.partial === true ? undefined : error.partial;
  const text = partial && textOf(partial);
  if (!text || text.length <= turn.text.length) return false;
  const grown = text.startsWith(turn.text);
  turn.text = text;
  return !grown;
}

function noteOf(finish: string | undefined, text: string): TurnNote | null {
  if (finish === "length" || finish === "content_filter") return finish;
  return text === "" ? "empty" : null;
}

function textOf(response: ModelResponse): string {
  return response.choices[0]?.message.content ?? "";
}
