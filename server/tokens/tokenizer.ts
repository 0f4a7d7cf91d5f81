// The thread that holds the tokenizers: some hundred milliseconds and tens of megabytes that no call waits beside.
// It answers each question once, in order; text that would take it forever is counted in slices, and says so.

import { parentPort } from "node:worker_threads";
import type { EncodingName } from "./encodings.ts";

export type Question =
  | { id: number; encoding: EncodingName; task: "count"; texts: string[] }
  | { id: number; encoding: EncodingName; task: "encode"; text: string }
  | { id: number; encoding: EncodingName; task: "decode"; tokens: number[] };
/** `near`: a count may be off, by a cut within a long run or because another tokenizer stood in. */
export type Answer = { id: number; value: number[] | string; near?: boolean } | { id: number; error: string };

interface Tokenizer {
  countTokens(text: string, options: object): number;
  encode(text: string, options: object): number[];
  decode(tokens: readonly number[]): string;
}

/** A marker like <|endoftext|> in a message is plain text. */
const OPTIONS = { disallowedSpecial: new Set<string>() };
/** Merging takes the square of the length of a run that the tokenizer does not cut: 100,000 letters take seconds. */
const LONGEST_RUN = 2000;
const LONG_RUN = new RegExp(
  ["[\\p{L}\\p{M}]", "[^\\s\\p{L}\\p{N}]", "\\s"].map((one) => `${one}{${LONGEST_RUN}}`).join("|"),
  "gu",
);

const loaded = new Map<EncodingName, Promise<Tokenizer>>();

function load(name: EncodingName): Promise<Tokenizer> {
  let tokenizer = loaded.get(name);
  if (!tokenizer) {
    tokenizer =
      name === "o200k_base"
        ? import("gpt-tokenizer/encoding/o200k_base")
        : import("gpt-tokenizer/encoding/cl100k_base");
    loaded.set(name, tokenizer);
  }
  return tokenizer;
}

async function answer(question: Question): Promise<Answer> {
  const { id } = question;
  try {
    if (question.task === "count") return { id, ...(await count(question.encoding, question.texts)) };
    const tokenizer = await load(question.encoding);
    if (question.task === "decode") return { id, value: tokenizer.decode(question.tokens) };
    return { id, value: slicesOf(question.text).flatMap((slice) => tokenizer.encode(slice, OPTIONS)) };
  } catch (thrown) {
    return { id, error: thrown instanceof Error ? thrown.message : String(thrown) };
  }
}

async function count(encoding: EncodingName, texts: string[]): Promise<{ value: number[]; near: boolean }> {
  let near = false;
  // A package may leave the older one out for its size.
  const tokenizer = await load(encoding).catch((thrown: unknown) => {
    if (encoding === "o200k_base") throw thrown;
    near = true;
    return load("o200k_base");
  });
  const value = texts.map((text) => {
    const slices = slicesOf(text);
    near ||= slices.length > 1;
    return slices.reduce((sum, slice) => sum + tokenizer.countTokens(slice, OPTIONS), 0);
  });
  return { value, near };
}

/** The text as it is, but for a cut within every run too long to merge. */
function slicesOf(text: string): string[] {
  const slices: string[] = [];
  let from = 0;
  for (const { 0: run, index } of text.matchAll(LONG_RUN)) {
    const to = index + run.length;
    if (to === text.length) break;
    slices.push(text.slice(from, to));
    from = to;
  }
  slices.push(text.slice(from));
  return slices;
}

let last: Promise<void> = Promise.resolve();
parentPort?.on("message", (question: Question) => {
  last = last.then(async () => parentPort?.postMessage(await answer(question)));
});
