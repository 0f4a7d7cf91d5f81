// What every peer must do, and the same work for all of them. A peer may need other processes: their CPU and
// memory are counted too.

export interface Peer {
  /** One whole answer; its text. */
  call(maxTokens?: number): Promise<string>;
  /** One streamed answer of `chunks` text chunks. */
  stream(chunks: number, onText: (text: string) => void): Promise<void>;
  /** Every vector is read: a number of each goes into the sum. */
  embed(inputs: string[]): Promise<number>;
  /** Resolves when what it does once after its start is over: the start is measured by itself. */
  settled?(): Promise<void>;
  /** Processes besides this one. */
  readonly pids: readonly number[];
  close(): Promise<void>;
}

export interface PeerOptions {
  /** The provider's base URL, with the way it shall answer and /v1. */
  base: string;
  /** The build under test. */
  dist: string;
  /** For the processes a peer starts. */
  execArgv: readonly string[];
}

export type PeerName = "floor" | "lean" | "library" | "backend" | "stock" | "openai" | "ai";

export const MODEL = "gpt-4o";
export const EMBEDDING_MODEL = "text-embedding-3-small";
export const KEY = "sk-fake-bench";
/** 1.1 KB. */
export const PROMPT = "Tell me what this function does and why it may be slow. ".repeat(20).slice(0, 1_100);
export const MESSAGES = [{ role: "user" as const, content: PROMPT }];

export function sumOf(vectors: readonly ArrayLike<number>[]): number {
  let sum = 0;
  for (const vector of vectors) sum += (vector[0] ?? 0) + (vector[vector.length - 1] ?? 0);
  return sum;
}
