// From the engine's chunks to frames, without a timer: a stream's first words leave at once, then what arrives in one
// turn of the event loop leaves together. When the reader falls behind, the upstream sockets are paused, not buffered.

import type { FrameWriter } from "../connection/frame-writer.ts";
import { type ChunkBatch, type CompactChunk, Inflater } from "../protocol/compact.ts";
import { METHOD } from "../protocol/names.ts";

/** Stop pulling from a provider when this many chunks of its stream wait to be written. */
const MAX_PENDING = 1_024;

export class Pump {
  readonly #frames: FrameWriter;
  readonly #streams = new Set<PumpedStream>();
  /** Streams whose upstream is paused until the reader catches up. */
  readonly #held = new Set<PumpedStream>();
  #compact = false;
  #waiting = false;

  constructor(frames: FrameWriter) {
    this.#frames = frames;
    frames.onFlush(() => this.#flush());
  }

  /** The client declared `compactDeltas`. */
  useCompactDeltas(): void {
    this.#compact = true;
  }

  open(stream_id: string): PumpedStream {
    return new PumpedStream(stream_id, this);
  }

  /** For a stream: it has its first words to write. They do not wait for what else this turn brings, often the end. */
  begun(stream: PumpedStream): void {
    if (this.#frames.congested) this.changed(stream);
    else {
      this.#streams.delete(stream);
      this.#write([stream], true);
    }
  }

  /** For a stream: it has something to write. */
  changed(stream: PumpedStream): void {
    this.#streams.add(stream);
    if (this.#frames.congested) this.#awaitDrain();
    else this.#frames.schedule();
  }

  /** Writes what a stream still holds, before its response. */
  flushStream(stream: PumpedStream): void {
    if (!this.#streams.delete(stream)) return;
    this.#write([stream]);
  }

  forget(stream: PumpedStream): void {
    this.#streams.delete(stream);
  }

  get congested(): boolean {
    return this.#frames.congested;
  }

  /** Pauses a stream's upstream until the reader has caught up. */
  hold(stream: PumpedStream): void {
    if (this.#held.has(stream) || !stream.pause()) return;
    this.#held.add(stream);
    this.#awaitDrain();
  }

  release(stream: PumpedStream): void {
    if (this.#held.delete(stream)) stream.resume();
  }

  #flush(): void {
    if (this.#streams.size > 0 && !this.#frames.congested) {
      const streams = [...this.#streams];
      this.#streams.clear();
      this.#write(streams);
    }
    if (this.#frames.congested) this.#awaitDrain();
    else for (const stream of this.#held) this.release(stream);
  }

  #awaitDrain(): void {
    if (this.#waiting) return;
    this.#waiting = true;
    void this.#frames.drained().then(() => {
      this.#waiting = false;
      this.#frames.schedule();
    });
  }

  #write(streams: readonly PumpedStream[], now = false): void {
    const send = (json: string): void => (now ? this.#frames.sendNow(json) : this.#frames.send(json));
    if (this.#compact) {
      const batch: ChunkBatch = [];
      for (const stream of streams) batch.push([stream.stream_id, stream.take()]);
      send(JSON.stringify({ jsonrpc: "2.0", method: METHOD.chunkBatch, params: batch }));
      return;
    }
    for (const stream of streams) {
      const { stream_id, seq } = stream;
      const chunks = stream.take().map((chunk) => stream.inflater.inflate(chunk));
      const params = { stream_id, seq, chunks };
      send(JSON.stringify({ jsonrpc: "2.0", method: METHOD.chunk, params }));
    }
  }
}

/** One stream's place in the pump; the sink the engine writes to. */
export class PumpedStream {
  readonly stream_id: string;
  readonly inflater = new Inflater();
  /** Chunks of this stream sent so far. */
  seq = 0;
  readonly #pump: Pump;
  #pending: CompactChunk[] = [];
  #begun = false;
  #control: { pause(): void; resume(): void } | undefined;

  constructor(stream_id: string, pump: Pump) {
    this.stream_id = stream_id;
    this.#pump = pump;
  }

  control(control: { pause(): void; resume(): void }): void {
    this.#control = control;
  }

  push(chunks: readonly CompactChunk[]): void {
    for (const chunk of chunks) this.#pending.push(chunk);
    if (!this.#begun && chunks.some(hasWords)) {
      this.#begun = true;
      this.#pump.begun(this);
    } else this.#pump.changed(this);
    if (this.#pending.length > MAX_PENDING || this.#pump.congested) this.#pump.hold(this);
  }

  take(): CompactChunk[] {
    const chunks = this.#pending;
    this.#pending = [];
    this.seq += chunks.length;
    return chunks;
  }

  /** False when there is nothing to pause. */
  pause(): boolean {
    this.#control?.pause();
    return this.#control !== undefined;
  }
  resume(): void {
    this.#control?.resume();
  }

  /** Nothing follows; `discard` drops what was not written yet (a cancelled stream). */
  close({ discard }: { discard: boolean }): void {
    this.#pump.release(this);
    if (discard) this.#pump.forget(this);
    else this.#pump.flushStream(this);
  }
}

/** A reader sees something of it: not what only says who speaks. */
function hasWords(chunk: CompactChunk): boolean {
  if (typeof chunk === "string") return true;
  return chunk.choices.some(({ delta }) =>
    Boolean(delta.content || delta.reasoning_content || delta.tool_calls),
  );
}
