// Bytes -> SSE events, over eventsource-parser. An event whose final blank line is missing at the end of the
// stream is given out all the same (real providers leave it out); a line without end costs bounded memory.

import { createParser, type EventSourceParser, type ParseError } from "eventsource-parser";
import { OverflowError } from "./overflow.ts";

const MAX_FOREIGN = 64 * 1024;

export class SseFramer {
  readonly #decoder = new TextDecoder();
  readonly #parser: EventSourceParser;
  readonly #onData: (data: string, event?: string) => void;
  /** Lines that are no SSE: some servers break off with a bare JSON error. */
  readonly #foreign: string[] = [];
  #foreignLength = 0;
  readonly #maxBytes: number;
  /** Pieces of a line whose end is still to come: the parser drops such a line when it is foreign. */
  #open: string[] = [];
  #openLength = 0;

  constructor(onData: (data: string, event?: string) => void, maxBytes: number) {
    this.#onData = onData;
    this.#maxBytes = maxBytes;
    this.#parser = createParser({
      maxBufferSize: maxBytes,
      onEvent: (event) => onData(event.data, event.event),
      onError: (error: ParseError) => {
        // Unknown fields and bad retry values are to be ignored, says the standard.
        if (error.type === "max-buffer-size-exceeded") throw new OverflowError(maxBytes);
        if (error.type === "unknown-field" && error.line !== undefined) this.#keepForeign(error.line);
      },
    });
  }

  push(bytes: Uint8Array): void {
    const text = this.#decoder.decode(bytes, { stream: true });
    const end = Math.max(text.lastIndexOf("\n"), text.lastIndexOf("\r")) + 1;
    if (end > 0) this.#parser.feed(this.#lines(text.slice(0, end)));
    if (end === text.length) return;
    this.#open.push(text.slice(end));
    this.#openLength += text.length - end;
    if (this.#openLength > this.#maxBytes) throw new OverflowError(this.#maxBytes);
  }

  /** With what is open before it. */
  #lines(text: string): string {
    if (this.#open.length === 0) return text;
    const whole = this.#open.join("") + text;
    this.#open = [];
    this.#openLength = 0;
    return whole;
  }

  /** The stream ended: gives out what only lacked its blank line. */
  end(): void {
    this.#parser.feed(this.#lines(`${this.#decoder.decode()}\n\n`));
    const foreign = this.#foreign.join("\n").trim();
    if (foreign.startsWith("{") || foreign.startsWith("[")) this.#onData(foreign, "error");
  }

  #keepForeign(line: string): void {
    if (this.#foreignLength + line.length > MAX_FOREIGN) return;
    this.#foreignLength += line.length;
    this.#foreign.push(line);
  }
}
