// A stream that broke off after its first chunk, gone on with by another request: only where the caller opted in, and
// only plain text, which the next model can be shown. What was delivered is delivered once.

import type { CompactChunk } from "../protocol/compact.ts";
import type { ChatCompletionChunk } from "../protocol/messages.ts";
import type { Params } from "./routed-params.ts";

const ASK =
  "Your answer broke off. Go on exactly where it ended: repeat nothing of it, and say nothing before it or about it.";

export class Continuation {
  readonly #enabled: boolean;
  /** Whether a text that came of it can be gone on with; one of which nothing came is begun anew, whatever it is. */
  readonly #possible: boolean;
  #envelope: ChatCompletionChunk | undefined;
  #text = "";
  #plain = true;
  /** Requests that went on with it. */
  #resumed = 0;
  #waits = false;

  constructor(params: Params, enabled: boolean) {
    const { n, response_format } = params;
    this.#enabled = enabled;
    this.#possible = (typeof n !== "number" || n < 2) && (response_format ?? undefined) === undefined;
  }

  get resumed(): boolean {
    return this.#resumed > 0;
  }

  /** Whether what was delivered can be gone on with. */
  get can(): boolean {
    return this.#enabled && this.#plain && (this.#possible || this.#text === "");
  }

  /** As the caller gets them: under the first envelope, whoever goes on. */
  pass(chunks: CompactChunk[]): CompactChunk[] {
    if (!this.#enabled) return chunks;
    return chunks.map((chunk) => {
      if (typeof chunk === "string") this.#text += chunk;
      else this.#remember(chunk);
      if (typeof chunk === "string" || !this.#waits || !this.#envelope) return chunk;
      const { id, created, model } = this.#envelope;
      return { ...chunk, id, created, model };
    });
  }

  /** The call with what was delivered so far, and the wish to go on. */
  resume(params: Params): Params {
    const { messages } = params;
    if (!this.can || !Array.isArray(messages)) return params;
    this.#resumed += 1;
    this.#waits = true;
    if (this.#text === "") return params;
    const said = { role: "assistant", content: this.#text };
    return { ...params, messages: [...(messages as unknown[]), said, { role: "user", content: ASK }] };
  }

  #remember(chunk: ChatCompletionChunk): void {
    this.#envelope ??= chunk;
    for (const { index, delta } of chunk.choices) {
      const { role: _role, content, ...more } = delta;
      if (typeof content === "string") this.#text += content;
      // Thoughts need not be gone on with; a half tool call cannot.
      const { reasoning_content: _thought, ...other } = more;
      if (index !== 0 || Object.values(other).some((value) => value !== undefined && value !== null))
        this.#plain = false;
    }
  }
}
