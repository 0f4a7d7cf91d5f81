// vscode-jsonrpc over our own framing: it sees the messages the fast lane does not take, and writes through
// the same writer, so the order on the wire is the order of the calls.

import {
  AbstractMessageReader,
  AbstractMessageWriter,
  createMessageConnection,
  type DataCallback,
  Disposable,
  type Message,
  type MessageConnection,
} from "vscode-jsonrpc/node";
import type { FrameWriter } from "./frame-writer.ts";

/** A JSON-RPC message, as parsed and not yet trusted. */
export interface RawMessage {
  jsonrpc?: unknown;
  id?: number | string | null;
  method?: string;
  params?: unknown;
  result?: unknown;
  error?: { code: number; message: string; data?: unknown };
}

class HandedReader extends AbstractMessageReader {
  #callback: DataCallback | undefined;
  listen(callback: DataCallback): Disposable {
    this.#callback = callback;
    return Disposable.create(() => {
      this.#callback = undefined;
    });
  }
  hand(message: RawMessage): void {
    this.#callback?.(message as unknown as Message);
  }
}

class SharedWriter extends AbstractMessageWriter {
  readonly #frames: FrameWriter;
  constructor(frames: FrameWriter) {
    super();
    this.#frames = frames;
  }
  async write(message: Message): Promise<void> {
    this.#frames.send(JSON.stringify(message));
  }
  end(): void {}
}

/** `hand` gives the connection a message, as if it had read it. */
export function connectJsonRpc(frames: FrameWriter): {
  connection: MessageConnection;
  hand(message: RawMessage): void;
} {
  const reader = new HandedReader();
  // vscode-jsonrpc's own log goes to console.*, which must never reach stdout.
  const log = { error: console.error, warn: console.error, info: console.error, log: console.error };
  const connection = createMessageConnection(reader, new SharedWriter(frames), log);
  const hand = (message: RawMessage): void => {
    try {
      reader.hand(message);
    } catch (error) {
      // It throws on shapes it does not expect; a peer's odd message must not end the process.
      console.error(`a message was not understood: ${(error as Error).message}`);
    }
  };
  return { connection, hand };
}
