// Talks to the tokenizer's thread: started by the first question, kept while questions come, ended when none came for
// a minute. A process that has nothing else to do ends without waiting for it.

import { join } from "node:path";
import { Worker } from "node:worker_threads";
import type { EncodingName } from "./encodings.ts";
import type { Answer, Question } from "./tokenizer.ts";

/** Set where the sources are bundled. */
declare const EDGEQUAKE_VERSION: string | undefined;
const FILE = typeof EDGEQUAKE_VERSION === "string" ? "tokenizer.js" : "tokenizer.ts";
const IDLE_MS = 60_000;

type Asked = Question extends infer One
  ? One extends Question
    ? Omit<One, "id" | "encoding">
    : never
  : never;
type Told = Extract<Answer, { value: unknown }>;

class TokenizerThread {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(told: Told): void; reject(error: Error): void }>();
  readonly #onEnd: () => void;
  #next = 0;
  #idle: NodeJS.Timeout | undefined;

  constructor(onEnd: () => void) {
    this.#onEnd = onEnd;
    this.#worker = new Worker(join(import.meta.dirname, FILE), { stdout: true });
    this.#worker.unref();
    this.#worker.on("message", (answer: Answer) => this.#take(answer));
    this.#worker.on("error", (error) => this.#end(error));
    this.#worker.on("exit", () => this.#end(new Error("the tokenizer's thread ended")));
  }

  ask(encoding: EncodingName, asked: Asked): Promise<Told> {
    const id = this.#next++;
    clearTimeout(this.#idle);
    // Whoever waits for an answer keeps the process alive.
    this.#worker.ref();
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage({ ...asked, id, encoding } satisfies Question);
    });
  }

  close(): Promise<number> {
    this.#end(new Error("the tokenizer was closed"));
    return this.#worker.terminate();
  }

  #take(answer: Answer): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ("error" in answer) waiting?.reject(new Error(answer.error));
    else waiting?.resolve(answer);
    if (this.#waiting.size > 0) return;
    this.#worker.unref();
    this.#idle = setTimeout(() => void this.close(), IDLE_MS);
    this.#idle.unref();
  }

  #end(error: Error): void {
    clearTimeout(this.#idle);
    this.#onEnd();
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}

let thread: TokenizerThread | undefined;

function ask(encoding: EncodingName, asked: Asked): Promise<Told> {
  if (!thread) {
    const started = new TokenizerThread(() => {
      if (thread === started) thread = undefined;
    });
    thread = started;
  }
  return thread.ask(encoding, asked);
}

/** Tokens of each text; `near` where the counts may be a little off. */
export async function countTexts(
  encoding: EncodingName,
  texts: string[],
): Promise<{ counts: number[]; near: boolean }> {
  if (texts.length === 0) return { counts: [], near: false };
  const { value, near = false } = await ask(encoding, { task: "count", texts });
  return { counts: value as number[], near };
}

export async function encodeText(encoding: EncodingName, text: string): Promise<number[]> {
  return (await ask(encoding, { task: "encode", text })).value as number[];
}

export async function decodeTokens(encoding: EncodingName, tokens: number[]): Promise<string> {
  return (await ask(encoding, { task: "decode", tokens })).value as string;
}

/** Ends the thread; the next question starts it anew. */
export async function closeTokenizer(): Promise<void> {
  await thread?.close();
}
