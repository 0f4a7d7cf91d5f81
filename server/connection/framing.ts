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

/** Content-Type of a frame whose body is no JSON text; see vector-frame.ts. */
export const VECTORS = "application/vnd.edgequake.vectors";

export class FrameDecoder {
  readonly #onFrame: (json: string) => void;
  readonly #onBinary: ((body: Buffer) => void) | undefined;
  readonly #maxBytes: number;
  /** The beginning of a header, or of a plain one. */
  #rest: Buffer = EMPTY;
  /** Bytes of the body that is read now, or -1 while reading a header. */
  #bodyLength = -1;
  #binary = false;
  /** A body that did not come whole is filled in place: each byte is copied once. */
  #body: Buffer | undefined;
  #filled = 0;

  /** `maxBytes` bounds one frame's body. `onFrame` gets its text; `onBinary` the bodies that are none. */
  constructor(onFrame: (json: string) => void, maxBytes: number, onBinary?: (body: Buffer) => void) {
    this.#onFrame = onFrame;
    this.#maxBytes = maxBytes;
    this.#onBinary = onBinary;
  }

  /** Throws FramingError; the decoder is unusable afterwards. */
  push(chunk: Buffer): void {
    let data = chunk;
    if (this.#body) {
      const taken = chunk.copy(this.#body, this.#filled);
      this.#filled += taken;
      if (this.#filled < this.#body.length) return;
      const body = this.#body;
      this.#body = undefined;
      this.#take(body, 0, body.length);
      data = chunk.subarray(taken);
    } else if (this.#rest.length > 0) {
      data = Buffer.concat([this.#rest, chunk]);
      this.#rest = EMPTY;
    }
    if (data.length > 0) this.#consume(data);
  }

  #consume(data: Buffer): void {
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
          this.#rest = offset === data.length ? EMPTY : data.subarray(offset);
          return;
        }
        if (end - offset > MAX_HEADER_BYTES) throw new FramingError("a frame header of more than 8 KiB");
        const header = data.toString("latin1", offset, end);
        this.#bodyLength = this.#contentLength(header);
        this.#binary = this.#onBinary !== undefined && header.includes(VECTORS);
        offset = end + HEADER_END.length;
      }
      if (data.length - offset < this.#bodyLength) {
        // Of its own, so that numbers in it can be read where they stand.
        this.#body = Buffer.allocUnsafeSlow(this.#bodyLength);
        this.#filled = data.copy(this.#body, 0, offset);
        return;
      }
      const end = offset + this.#bodyLength;
      this.#take(data, offset, end);
      offset = end;
      if (offset === data.length) return;
    }
  }

  #take(data: Buffer, from: number, to: number): void {
    const binary = this.#binary;
    this.#bodyLength = -1;
    this.#binary = false;
    if (!binary) this.#onFrame(data.toString("utf8", from, to));
    else {
      const whole = from === 0 && to === data.length && data.byteOffset === 0;
      this.#onBinary?.(whole ? data : Buffer.from(Uint8Array.from(data.subarray(from, to)).buffer));
    }
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
