// The turns of one conversation that are in memory: its end, as far back as somebody looked. What stands before them is
// read from the store when it is wanted, and so are their pictures, which are a thousand times what the rest is.

import type { SessionPage } from "../../server/protocol/session-types.ts";
import type { Attachment, Turn } from "../../server/protocol/webview.ts";
import { entryOf } from "./stored-turn.ts";
import type { Entry } from "./turns.ts";

/** Without pictures null stands for each. */
export type ReadPage = (before: number | null, limit: number, pictures: boolean) => Promise<SessionPage>;

/** What is shown at once, and added each time somebody scrolls up. */
export const PAGE = 50;

export class Transcript {
  #entries: Entry[] = [];
  /** Cursor of the store for what stands before; null = nothing does. */
  #before: number | null = null;
  readonly #read: ReadPage | undefined;
  readonly #fetching = new Map<Turn, Promise<void>>();

  constructor(read?: ReadPage) {
    this.#read = read;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }
  get turns(): Turn[] {
    return this.#entries.map(({ turn }) => turn);
  }
  /** There are turns in the store before those in memory. */
  get hasOlder(): boolean {
    return this.#before !== null;
  }

  /** The end of the conversation, from the store. Rejects when it cannot be read. */
  async open(): Promise<SessionPage["session"] | undefined> {
    const page = await this.#read?.(null, PAGE, false);
    if (!page) return undefined;
    this.#entries = entriesOf(page);
    this.#before = page.before;
    return page.session;
  }

  /** The turns right before this one, at most a page of them; from memory, else from the store. */
  async earlier(id: string): Promise<{ turns: Turn[]; earlier: boolean } | undefined> {
    let index = this.indexOf(id);
    if (index < 0) return undefined;
    if (index === 0 && this.#before !== null && this.#read) {
      const cursor = this.#before;
      const page = await this.#read(cursor, PAGE, false);
      // Somebody else may have read it meanwhile.
      if (this.#before === cursor) {
        this.#entries = [...entriesOf(page), ...this.#entries];
        this.#before = page.before;
      }
      index = this.indexOf(id);
      if (index < 0) return undefined;
    }
    const from = Math.max(0, index - PAGE);
    const turns = this.#entries.slice(from, index).map(({ turn }) => turn);
    return { turns, earlier: from > 0 || this.#before !== null };
  }

  /** The end, as it is shown first, from the turn `keep` on at the least. Older turns that the store has are let go. */
  tail(keep: string | null = null): { turns: Turn[]; earlier: boolean } {
    const kept = keep === null ? -1 : this.indexOf(keep);
    const end = Math.max(0, this.#entries.length - PAGE);
    const from = kept < 0 ? end : Math.min(kept, end);
    const shown = this.#entries.slice(from);
    const seq = shown[0]?.seq ?? null;
    if (from > 0 && seq !== null) {
      this.#entries = [...shown];
      this.#before = seq;
    }
    const turns = shown.map(({ turn }) => turn);
    return { turns, earlier: turns.length < this.#entries.length || this.#before !== null };
  }

  /** What stands before this turn in memory, wherever that is by now. */
  nearBefore(id: string): Entry[] {
    return this.#entries.slice(0, Math.max(0, this.indexOf(id)));
  }

  /**
   * Everything before this turn, newest first, in pieces, with its pictures: memory, then the store. What is read is not
   * kept.
   */
  async *backwards(id: string): AsyncGenerator<Entry[], void, undefined> {
    const near = this.nearBefore(id);
    // Somebody may scroll up meanwhile: the store goes on where these begin.
    let before = this.#before;
    await this.fetchPictures(...near);
    yield near;
    while (before !== null && this.#read) {
      const page = await this.#read(before, 4 * PAGE, true);
      yield entriesOf(page);
      before = page.before;
    }
  }

  /** The pictures of these turns are in memory; one that left the store is no longer theirs. */
  async fetchPictures(...entries: readonly Entry[]): Promise<void> {
    for (const { turn, seq } of entries) {
      if (!turn.attachments.some(isInStore)) continue;
      const fetching = this.#fetching.get(turn) ?? this.#fetch(turn, seq);
      this.#fetching.set(turn, fetching);
      await fetching.finally(() => this.#fetching.delete(turn));
    }
  }

  /** A picture that some turn brought along; null = there is none such. */
  async picture(id: string): Promise<string | null> {
    const entry = this.#entries.find(({ turn }) => turn.attachments.some((one) => one.id === id));
    if (!entry) return null;
    await this.fetchPictures(entry);
    return entry.turn.attachments.find((one) => one.id === id)?.image ?? null;
  }

  indexOf(id: string): number {
    return this.#entries.findIndex(({ turn }) => turn.id === id);
  }
  has(turn: Turn): boolean {
    // The one that is asked about is nearly always the last.
    return this.#entries.findLast((entry) => entry.turn === turn) !== undefined;
  }
  add(entry: Entry): void {
    this.#entries.push(entry);
  }

  replace(index: number, turn: Turn): void {
    const entry = this.#entries[index];
    if (entry) this.#entries[index] = { ...entry, turn };
  }

  /** The store has none of it any more: what is here is all. */
  leaveStore(): void {
    this.#before = null;
    this.#entries = this.#entries.map((entry) => ({ ...entry, seq: null }));
  }

  /** This turn and what follows it; gives its id. */
  cut(index: number): string | undefined {
    const [first] = this.#entries.splice(index);
    return first?.turn.id;
  }

  async #fetch(turn: Turn, seq: number | null): Promise<void> {
    const page = seq === null ? undefined : await this.#read?.(seq + 1, 1, true);
    const stored = page ? entriesOf(page)[0]?.turn : undefined;
    const kept = stored?.id === turn.id ? stored.attachments : [];
    turn.attachments = turn.attachments
      .map((one) => (isInStore(one) ? (kept.find(({ id }) => id === one.id) ?? one) : one))
      .filter((one) => !isInStore(one));
  }
}

function entriesOf({ messages }: SessionPage): Entry[] {
  return messages.map(entryOf).filter((entry) => entry !== undefined);
}

/** A picture that was not read along. */
export function isInStore({ kind, image }: Attachment): boolean {
  return kind === "image" && image === null;
}
