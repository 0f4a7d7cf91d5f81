// Undoes a compression nobody asked for, under a cap of its own: 200 KB of gzip can be 200 MB of text.

import type { Transform } from "node:stream";
import { OverflowError } from "./overflow.ts";

const MAX_OUTPUT = 64 * 1024 * 1024;

export interface InflateHandlers {
  data(bytes: Buffer): void;
  end(): void;
  error(error: Error): void;
}

export class Inflate {
  readonly #stream: Transform;
  private constructor(stream: Transform) {
    this.#stream = stream;
  }

  static create(encoding: string, handlers: InflateHandlers): Inflate {
    const stream = transformOf(encoding);
    let total = 0;
    let failed = false;
    const fail = (error: Error): void => {
      if (failed) return;
      failed = true;
      stream.destroy();
      handlers.error(error);
    };
    stream.on("data", (bytes: Buffer) => {
      total += bytes.length;
      if (total > MAX_OUTPUT) fail(new OverflowError(MAX_OUTPUT));
      else if (!failed) handlers.data(bytes);
    });
    stream.on("end", () => {
      if (!failed) handlers.end();
    });
    // "unexpected end of file" is a cut answer.
    stream.on("error", fail);
    return new Inflate(stream);
  }

  write(bytes: Buffer): void {
    if (!this.#stream.destroyed) this.#stream.write(bytes);
  }
  end(): void {
    if (!this.#stream.destroyed) this.#stream.end();
  }
}

function transformOf(encoding: string): Transform {
  // Loaded when a provider compresses, which is not asked for: start-up does without.
  const zlib = process.getBuiltinModule("node:zlib");
  switch (encoding) {
    case "gzip":
    case "x-gzip":
      return zlib.createGunzip();
    case "deflate":
      return zlib.createInflate();
    case "br":
      return zlib.createBrotliDecompress();
    case "zstd":
      return zlib.createZstdDecompress();
    default:
      throw new Error(`the provider used the content-encoding "${encoding}", which nobody asked for`);
  }
}
