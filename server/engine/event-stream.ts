// Bytes -> events of AWS's binary event streams. A frame is given out only when both its checksums are right; one
// that is cut in the middle at the end of the stream is never given out.

import { crc32 } from "node:zlib";
import { EXCEPTION, WireFailure } from "../providers/types.ts";
import { OverflowError } from "./overflow.ts";

/** Length of the frame, length of its headers, and the checksum of the two. */
const PRELUDE = 12;
const CHECKSUM = 4;
/** Bytes of a header's value by its type; those of variable length say it in two bytes before them. */
const FIXED: Readonly<Record<number, number>> = { 0: 0, 1: 0, 2: 1, 3: 2, 4: 4, 5: 8, 8: 8, 9: 16 };
const BYTES = 6;
const TEXT = 7;

export class EventStreamFramer {
  readonly #onData: (data: string, event?: string) => void;
  readonly #maxBytes: number;
  #pieces: Uint8Array[] = [];
  #have = 0;
  #need = PRELUDE;

  constructor(onData: (data: string, event?: string) => void, maxBytes: number) {
    this.#onData = onData;
    this.#maxBytes = maxBytes;
  }

  /** Throws WireFailure for bytes that are no event stream, OverflowError for a frame that is too long. */
  push(bytes: Uint8Array): void {
    this.#pieces.push(bytes);
    this.#have += bytes.length;
    while (this.#have >= this.#need) {
      const all = this.#pieces.length === 1 ? (this.#pieces[0] as Uint8Array) : Buffer.concat(this.#pieces);
      const buffer = Buffer.from(all.buffer, all.byteOffset, all.byteLength);
      this.#pieces = [buffer];
      const length = this.#lengthOf(buffer);
      this.#need = length;
      if (this.#have < length) return;
      const rest = buffer.subarray(length);
      this.#pieces = rest.length === 0 ? [] : [rest];
      this.#have = rest.length;
      this.#need = PRELUDE;
      this.#read(buffer.subarray(0, length));
    }
  }

  /** The stream ended. A frame that is not whole stays unread: the decoder knows that its end is missing. */
  end(): void {
    this.#pieces = [];
    this.#have = 0;
  }

  #lengthOf(buffer: Buffer): number {
    if (crc32(buffer.subarray(0, 8)) !== buffer.readUInt32BE(8)) throw damaged();
    const length = buffer.readUInt32BE(0);
    if (length > this.#maxBytes) throw new OverflowError(this.#maxBytes);
    if (length < PRELUDE + buffer.readUInt32BE(4) + CHECKSUM) throw damaged();
    return length;
  }

  #read(frame: Buffer): void {
    const end = frame.length - CHECKSUM;
    if (crc32(frame.subarray(0, end)) !== frame.readUInt32BE(end)) throw damaged();
    const body = PRELUDE + frame.readUInt32BE(4);
    const headers = readHeaders(frame.subarray(PRELUDE, body));
    const payload = frame.toString("utf8", body, end);
    const kind = headers.get(":message-type");
    if (kind === "exception") this.#onData(payload, EXCEPTION + (headers.get(":exception-type") ?? ""));
    else if (kind === "error") {
      const message = headers.get(":error-message") ?? payload;
      this.#onData(JSON.stringify({ message }), EXCEPTION + (headers.get(":error-code") ?? ""));
    } else this.#onData(payload, headers.get(":event-type"));
  }
}

/** Headers that are text; the others have no part in an answer. */
function readHeaders(bytes: Buffer): Map<string, string> {
  const headers = new Map<string, string>();
  try {
    for (let at = 0; at < bytes.length; ) {
      const nameEnd = at + 1 + bytes.readUInt8(at);
      const name = bytes.toString("utf8", at + 1, nameEnd);
      const type = bytes.readUInt8(nameEnd);
      at = nameEnd + 1;
      if (type === TEXT || type === BYTES) {
        const end = at + 2 + bytes.readUInt16BE(at);
        if (type === TEXT) headers.set(name, bytes.toString("utf8", at + 2, end));
        at = end;
      } else {
        const size = FIXED[type];
        if (size === undefined) throw damaged();
        at += size;
      }
    }
  } catch {
    throw damaged();
  }
  return headers;
}

function damaged(): WireFailure {
  return new WireFailure({
    message: "the answer is no AWS event stream, or was damaged on its way",
    code: "no_answer",
  });
}
