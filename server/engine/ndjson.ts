// Bytes -> lines of NDJSON. The last line may lack its line end; a line without end costs bounded memory.

import { OverflowError } from "./overflow.ts";

export class NdjsonFramer {
  readonly #decoder = new TextDecoder();
  readonly #onLine: (line: string) => void;
  readonly #maxBytes: number;
  #rest: string[] = [];
  #restLength = 0;

  constructor(onLine: (line: string) => void, maxBytes: number) {
    this.#onLine = onLine;
    this.#maxBytes = maxBytes;
  }

  push(bytes: Uint8Array): void {
    this.#feed(this.#decoder.decode(bytes, { stream: true }));
  }

  end(): void {
    this.#feed(`${this.#decoder.decode()}\n`);
  }

  #feed(text: string): void {
    let from = 0;
    for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", from)) {
      const line = this.#rest.length > 0 ? this.#rest.join("") + text.slice(from, at) : text.slice(from, at);
      this.#rest = [];
      this.#restLength = 0;
      from = at + 1;
      if (line.trim() !== "") this.#onLine(line);
    }
    if (from === text.length) return;
    this.#rest.push(text.slice(from));
    this.#restLength += text.length - from;
    if (this.#restLength > this.#maxBytes) throw new OverflowError(this.#maxBytes);
  }
}
