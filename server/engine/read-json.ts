// Reads a whole JSON answer under a cap. HTML, an empty body and broken JSON are no answers, and are quoted.

import { quote } from "../providers/openai-failure.ts";
import { WireFailure } from "../providers/types.ts";
import type { BodyReader } from "./attempt.ts";
import { OverflowError } from "./overflow.ts";

const MAX_BODY = 64 * 1024 * 1024;

export class JsonReader implements BodyReader {
  readonly #onJson: (json: unknown) => void;
  #parts: Buffer[] = [];
  #bytes = 0;

  /** `onJson` throws WireFailure when the JSON is no answer. */
  constructor(onJson: (json: unknown) => void) {
    this.#onJson = onJson;
  }

  data(bytes: Buffer): boolean {
    this.#bytes += bytes.length;
    if (this.#bytes > MAX_BODY) throw new OverflowError(MAX_BODY);
    this.#parts.push(bytes);
    return true;
  }

  complete(): boolean {
    return false;
  }

  end(): void {
    const text = (
      this.#parts.length === 1 ? (this.#parts[0] as Buffer) : Buffer.concat(this.#parts)
    ).toString("utf8");
    this.#parts = [];
    this.#onJson(parseAnswer(text));
  }

  broken(): boolean {
    return false;
  }
}

/** Some servers keep a slow answer alive with white space before the JSON. */
export function parseAnswer(text: string): unknown {
  // A byte order mark counts as white space here.
  const trimmed = text.trimStart();
  if (trimmed === "") throw new WireFailure({ message: "the answer is empty", code: "no_answer" });
  try {
    return JSON.parse(trimmed);
  } catch {
    throw new WireFailure({ message: `the answer is not JSON: "${quote(trimmed)}"`, code: "no_answer" });
  }
}
