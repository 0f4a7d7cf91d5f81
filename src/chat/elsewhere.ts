// The answers of the shown chat that another window gets: looked at in the store while they are seen, and only until
// they have ended there. Knows neither the store nor the webview.

import type { SessionPage } from "../../server/protocol/session-types.ts";
import type { Turn } from "../../server/protocol/webview.ts";
import { entryOf } from "./stored-turn.ts";
import type { Transcript } from "./transcript.ts";

const LOOK_MS = 1_000;

export interface ElsewhereOptions {
  transcript: Transcript;
  /** The newest messages of the chat. */
  read(limit: number): Promise<SessionPage>;
  /** This chat is still the one that is shown, on a page that somebody sees. */
  seen(): boolean;
  grew(turn: Turn): void;
  settled(turn: Turn): void;
  /** What is shown is all there was then. */
  complete(updated: number): void;
  /** The other window did something else to it: it has to be read anew. */
  different(): void;
}

export class Elsewhere {
  readonly #options: ElsewhereOptions;

  constructor(options: ElsewhereOptions) {
    this.#options = options;
  }

  /** Resolves when none is left, or nobody sees it. */
  async follow(): Promise<void> {
    const { transcript, seen, different } = this.#options;
    while (seen() && transcript.turns.some(isElsewhere)) {
      // A backend that is gone comes again; a chat that is gone does not.
      const same = await this.look().catch((error: Error) => error.name !== "NotFoundError");
      if (!same) different();
      await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    }
  }

  /** false: more is different than that these answers grew or ended. */
  async look(): Promise<boolean> {
    const { transcript, read, complete } = this.#options;
    const { turns } = transcript;
    const shown = turns.slice(turns.findIndex(isElsewhere));
    const { session, messages } = await read(shown.length);
    const stored = new Map(messages.map((message) => [message.id, entryOf(message)?.turn]));
    const grew = shown.filter(isElsewhere).map((turn) => this.#take(turn, stored.get(turn.id)));
    const same = grew.every(Boolean) && shown.every(({ id }, place) => messages[place]?.id === id);
    if (same) complete(session.updated);
    return same;
  }

  /** false: it is not what it was, and more. */
  #take(turn: Turn, now: Turn | undefined): boolean {
    if (!now?.text.startsWith(turn.text) || !now.reasoning.startsWith(turn.reasoning)) return false;
    const grown = now.text.length > turn.text.length || now.reasoning.length > turn.reasoning.length;
    Object.assign(turn, now);
    if (!isElsewhere(turn)) this.#options.settled(turn);
    else if (grown) this.#options.grew(turn);
    return true;
  }
}

function isElsewhere({ state }: Turn): boolean {
  return state === "elsewhere";
}
