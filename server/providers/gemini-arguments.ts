// Arguments of a call that Gemini streams: pieces named by JSON path ("$.stops[0].city"), put together into one object.
// Only paths of names and positions are known; another one's value is kept under the path itself.
// Source: Vertex AI documentation, "Streaming function call arguments".

import { isObject, type Json } from "./openai-delta.ts";

const STEP = /\.([^.[\]]+)|\[(\d+)\]|\[(["'])(.*?)\3\]/gy;
const VALUES = ["stringValue", "numberValue", "boolValue"];

export class StreamedArguments {
  /** Without a prototype, so that no name in it means anything. */
  readonly #root: Json = Object.create(null) as Json;
  /** Texts that go on with the next piece. */
  readonly #open = new Set<string>();

  add(pieces: unknown): void {
    for (const piece of Array.isArray(pieces) ? (pieces as unknown[]).filter(isObject) : []) {
      const { jsonPath } = piece;
      if (typeof jsonPath !== "string") continue;
      const key = VALUES.find((one) => piece[one] !== undefined);
      this.#put(jsonPath, key === undefined ? null : piece[key]);
      if (piece["willContinue"] === true) this.#open.add(jsonPath);
      else this.#open.delete(jsonPath);
    }
  }

  /** JSON text. */
  text(): string {
    return JSON.stringify(this.#root);
  }

  #put(path: string, value: unknown): void {
    const steps = stepsOf(path) ?? [path];
    let at: Json | unknown[] = this.#root;
    for (const [position, step] of steps.entries()) {
      // A list grows one by one: a far position would make it hold millions of nothings.
      const key = Array.isArray(at) ? Math.min(Number(step), at.length) : String(step);
      const holder = at as Record<string | number, unknown>;
      const known = holder[key];
      if (position === steps.length - 1) {
        const goes_on = this.#open.has(path) && typeof known === "string" && typeof value === "string";
        holder[key] = goes_on ? known + value : value;
        return;
      }
      const next = typeof known === "object" && known !== null ? known : emptyFor(steps[position + 1]);
      holder[key] = next;
      at = next as Json | unknown[];
    }
  }
}

function emptyFor(step: string | number | undefined): Json | unknown[] {
  return typeof step === "number" ? [] : (Object.create(null) as Json);
}

function stepsOf(path: string): (string | number)[] | undefined {
  if (!path.startsWith("$")) return undefined;
  const steps: (string | number)[] = [];
  STEP.lastIndex = 1;
  let end = 1;
  for (let match = STEP.exec(path); match; match = STEP.exec(path)) {
    const [, name, position, , quoted] = match;
    steps.push(position === undefined ? (name ?? quoted ?? "") : Number(position));
    end = STEP.lastIndex;
  }
  return steps.length > 0 && end === path.length ? steps : undefined;
}
