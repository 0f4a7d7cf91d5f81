// Content-Length frames, the LSP base protocol, both ways. The decoder frames synchronously, joins a large
// frame once (joining per read is quadratic) and refuses what no honest peer sends before it costs memory.

const HEADER_END = Buffer.from("\r\n\r\n");
const MAX_HEADER_BYTES = 8 * 1024;
const EMPTY: Buffer = Buffer.alloc(0);

/** The byte stream is not Content-Length frames; there is no way to find the next frame. */
export class FramingError extends Error {
  override readonly name = "FramingError";
}

export function encodeFrame(json: string): string {
  return `Content-Length: ${Buffer.byteLength(json)}\r\n\r\n${json}`;
}

export class FrameDecoder {
  readonly #onFrame: (json: string) => void;
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #buffered = 0;
  /** Bytes wanted before anything can be done: a body's length, or -1 while reading a header. */
  #bodyLength = -1;

  /** `maxBytes` bounds one frame's body. `onFrame` gets its text. */
  constructor(onFrame: (json: string) => void, maxBytes: number) {
    this.#onFrame = onFrame;
    this.#maxBytes = maxBytes;
  }

  /** Throws FramingError; the decoder is unusable afterwards. */
  push(chunk: Buffer): void {
    this.#buffered += chunk.length;
    if (this.#bodyLength >= 0 && this.#buffered < this.#bodyLength) {
      this.#parts.push(chunk);
      return;
    }
    let data = chunk;
    if (this.#parts.length > 0) {
      this.#parts.push(chunk);
      data = Buffer.concat(this.#parts, this.#buffered);
      this.#parts = [];
    }
    const rest = this.#consume(data);
    this.#buffered = rest.length;
    if (rest.length > 0) this.#parts.push(rest);
  }

  #consume(data: Buffer): Buffer {
    let offset = 0;
    for (;;) {
      if (this.#bodyLength < 0) {
        const plain = plainHeader(data, offset);
        if (plain > 0) {
          this.#bodyLength = this.#bounded(plainLength);
          offset = plain;
          continue;
        }
        const end = data.indexOf(HEADER_END, offset);
        if (end < 0) {
          if (data.length - offset > MAX_HEADER_BYTES) {
            throw new FramingError("a frame header of more than 8 KiB");
          }
          break;
        }
        if (end - offset > MAX_HEADER_BYTES) throw new FramingError("a frame header of more than 8 KiB");
        this.#bodyLength = this.#contentLength(data.toString("latin1", offset, end));
        offset = end + HEADER_END.length;
      }
      if (data.length - offset < this.#bodyLength) break;
      const json = data.toString("utf8", offset, offset + this.#bodyLength);
      offset += this.#bodyLength;
      this.#bodyLength = -1;
      this.#onFrame(json);
    }
    return offset === data.length ? EMPTY : data.subarray(offset);
  }

  #contentLength(header: string): number {
    // LSP also allows Content-Type; what it says is always UTF-8.
    const match = /(?:^|\r\n)content-length:[ \t]*(\d{1,15})[ \t]*(?:\r\n|$)/i.exec(header);
    if (!match) throw new FramingError("a frame header without a valid Content-Length");
    return this.#bounded(Number(match[1]));
  }

  #bounded(length: number): number {
    if (length > this.#maxBytes) {
      throw new FramingError(`a frame of ${length} bytes; at most ${this.#maxBytes} are taken`);
    }
    return length;
  }
}

const PLAIN = Buffer.from("Content-Length: ");
const MAX_DIGITS = 15;
/** The length the last plainHeader() read: a second result without an object a frame. */
let plainLength = 0;

/**
 * The header nearly every peer sends, read without making strings: where the body begins, or 0 when it is another
 * form, or not all there yet, and the careful reading must decide.
 */
function plainHeader(data: Buffer, offset: number): number {
  let at = offset + PLAIN.length;
  if (data.length < at + 5) return 0;
  for (let index = 0; index < PLAIN.length; index += 1) if (data[offset + index] !== PLAIN[index]) return 0;
  let length = 0;
  const digits = at;
  for (; at < data.length && at - digits < MAX_DIGITS; at += 1) {
    const digit = (data[at] as number) - 0x30;
    if (digit < 0 || digit > 9) break;
    length = length * 10 + digit;
  }
  const whole =
    at > digits &&
    data[at] === 0x0d &&
    data[at + 1] === 0x0a &&
    data[at + 2] === 0x0d &&
    data[at + 3] === 0x0a;
  if (!whole) return 0;
  plainLength = length;
  return at + 4;
}
