// Writes one conversation into the store as it grows: in order, deltas joined, nothing twice. A store that fails is
// tried again and never hurts the conversation; what could not be written yet waits here.

import type { AppendedSession, AppendOrder, SessionEntry } from "../../server/protocol/session-types.ts";
import type { Turn } from "../../server/protocol/webview.ts";
import { allFieldsOf, messageEntry } from "./stored-turn.ts";
import type { Entry } from "./turns.ts";

export type Append = (order: AppendOrder) => Promise<AppendedSession>;

export interface JournalListener {
  /**
   * Something was written: the title as it is now. `previous` is null where it is not known, as after an answer that got
   * lost.
   */
  written?(session: AppendedSession): void;
  /** The store has nothing of this conversation any more. What waited is given up: see `writeAll`. */
  missing?(error: Error): void;
  /** Writing failed; it is tried again. Told once, until writing works again. */
  failing?(error: Error): void;
}

/** How much of a growing turn is written, and the number of its next delta where it is known. */
interface Written {
  text: number;
  reasoning: number;
  n: number | undefined;
  /** Its end is written with all its text: the store may have other deltas of it. */
  whole?: boolean;
}

/** Text that streams is written this often. */
const DELTA_MS = 250;
/** Of one request. */
const BATCH = 200;
const BATCH_CHARACTERS = 8_000_000;
/** After a failure without anything new to write. Then the next message tries again. */
const AGAIN_MS = [1_000, 5_000, 30_000];

export class Journal {
  readonly sessionId: string;
  readonly #append: Append;
  readonly #listener: JournalListener;
  #queue: SessionEntry[] = [];
  #writing: Promise<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #failures = 0;
  readonly #written = new Map<string, Written>();
  readonly #growing = new Map<string, Turn>();

  constructor(sessionId: string, append: Append, listener: JournalListener = {}) {
    this.sessionId = sessionId;
    this.#append = append;
    this.#listener = listener;
  }

  added(entry: Entry): void {
    const { id, text, reasoning, state } = entry.turn;
    if (state === "streaming")
      this.#written.set(id, { text: text.length, reasoning: reasoning.length, n: 0 });
    this.#put(messageEntry(entry));
  }

  grew(turn: Turn): void {
    this.#growing.set(turn.id, turn);
    // While writing fails, what comes waits as one.
    if (this.#failures === 0) this.#timer ??= setTimeout(() => void this.flush(), DELTA_MS);
  }

  /** The deltas gave its text; `replaced`: where they did not. */
  settled(turn: Turn, replaced = false): void {
    this.#takeDelta(turn);
    const whole = replaced || this.#written.get(turn.id)?.whole;
    this.#written.delete(turn.id);
    const { text, reasoning } = turn;
    this.#update(turn, whole ? { text, reasoning } : {});
  }

  /** It is asked again in the same place. */
  restarted(turn: Turn): void {
    const n = this.#written.get(turn.id)?.n;
    this.#growing.delete(turn.id);
    this.#written.set(turn.id, { text: 0, reasoning: 0, n });
    this.#update(turn, { compare: turn.compare, text: "", reasoning: "" });
  }

  /** The one that the conversation goes on from was decided: nothing is said of how it ends, which may be another's. */
  compared({ id, compare }: Turn): void {
    this.#put({ type: "update", id, fields: { compare } });
  }

  cut(from: string): void {
    this.#put({ type: "cut", id: from });
  }

  /** A store that lost them gets them once more. */
  writeAll(entries: readonly Entry[]): void {
    this.#giveUp();
    for (const entry of entries) this.added(entry);
    for (const written of this.#written.values()) written.whole = true;
  }

  /** Resolves when what is there is written, or could not be; never rejects. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const turn of [...this.#growing.values()]) this.#takeDelta(turn);
    this.#writing ??= this.#write().finally(() => {
      this.#writing = undefined;
    });
    await this.#writing;
  }

  /** Everything is in the store. */
  get isWritten(): boolean {
    return this.#queue.length === 0 && this.#growing.size === 0;
  }

  #update(turn: Turn, more: Record<string, unknown>): void {
    const growing = turn.state === "streaming";
    this.#put({ type: "update", id: turn.id, growing, fields: { ...allFieldsOf(turn), ...more } });
  }

  #put(entry: SessionEntry): void {
    this.#queue.push(entry);
    void this.flush();
  }

  #takeDelta(turn: Turn): void {
    this.#growing.delete(turn.id);
    const written = this.#written.get(turn.id);
    if (!written) return;
    const text = turn.text.slice(written.text);
    const reasoning = turn.reasoning.slice(written.reasoning);
    if (text === "" && reasoning === "") return;
    const { n } = written;
    this.#queue.push({ type: "delta", id: turn.id, text, reasoning, ...(n === undefined ? {} : { n }) });
    Object.assign(written, { text: turn.text.length, reasoning: turn.reasoning.length });
    if (n !== undefined) written.n = n + 1;
  }

  async #write(): Promise<void> {
    // What is put in the same turn of the loop goes as one.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      const entries = firstOf(this.#queue);
      try {
        const session = await this.#append({ session_id: this.sessionId, entries });
        // All of it may have been given up meanwhile.
        if (this.#queue[0] === entries[0]) this.#queue.splice(0, entries.length);
        const { previous } = session;
        this.#listener.written?.({ ...session, previous: this.#failures === 0 ? previous : null });
        this.#failures = 0;
      } catch (thrown) {
        const error = thrown as Error;
        if (error.name === "NotFoundError") {
          this.#giveUp();
          this.#listener.missing?.(error);
          continue;
        }
        this.#failed(error);
        if (error.name !== "BadRequestError") return;
        // Refused as it is: what follows must not wait for it.
        this.#queue.splice(0, entries.length);
      }
    }
  }

  #giveUp(): void {
    this.#queue = [];
    this.#growing.clear();
    this.#written.clear();
  }

  #failed(error: Error): void {
    if (this.#failures === 0) this.#listener.failing?.(error);
    const wait = AGAIN_MS[this.#failures];
    this.#failures += 1;
    if (wait !== undefined) this.#timer ??= setTimeout(() => void this.flush(), wait).unref();
  }
}

/** As many as one request may hold; at least one. */
function firstOf(queue: readonly SessionEntry[]): SessionEntry[] {
  const entries: SessionEntry[] = [];
  let characters = 0;
  for (const entry of queue) {
    characters += JSON.stringify(entry).length;
    if (entries.length > 0 && (characters > BATCH_CHARACTERS || entries.length === BATCH)) break;
    entries.push(entry);
  }
  return entries;
}
