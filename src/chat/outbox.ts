// Messages to the webview: numbered, deltas joined over one frame, nothing sent twice. Pure but for its timer.

import type { Surroundings, ToWebview, Turn } from "../../server/protocol/webview.ts";
import { said } from "./said-turns.ts";
import { withoutPictures } from "./without-pictures.ts";

const FRAME_MS = 16;

type Unnumbered<T> = T extends unknown ? Omit<T, "seq"> : never;

export interface Snapshot extends Surroundings {
  turns: readonly Turn[];
  earlier: boolean;
  l10n: Record<string, string>;
}

export class Outbox {
  readonly #post: (message: ToWebview) => void;
  #seq = 0;
  /** How much of each growing turn the webview has. */
  readonly #sent = new Map<string, { text: number; reasoning: number }>();
  readonly #grown = new Map<string, Turn>();
  #timer: NodeJS.Timeout | undefined;

  constructor(post: (message: ToWebview) => void) {
    this.#post = post;
  }

  /** Everything anew: what was waiting is part of it. */
  reset(snapshot: Snapshot): void {
    this.#forget();
    for (const turn of snapshot.turns)
      if (turn.state === "streaming" || turn.state === "elsewhere") this.#remember(turn);
    this.send({ type: "reset", ...snapshot, turns: snapshot.turns.map((turn) => ({ ...turn })) });
  }

  added(turn: Turn): void {
    this.#remember(turn);
    this.send({ type: "turn", turn: { ...turn } });
  }

  grew(turn: Turn): void {
    this.#grown.set(turn.id, turn);
    this.#timer ??= setTimeout(() => this.#flush(), FRAME_MS);
  }

  settled(turn: Turn): void {
    this.#grown.set(turn.id, turn);
    this.#flush();
    this.#sent.delete(turn.id);
    const { text: _text, reasoning: _reasoning, ...rest } = turn;
    this.send({ type: "settled", turn: rest });
  }

  send(message: Unnumbered<ToWebview>): void {
    this.#post(said(withoutPictures({ ...message, seq: this.#seq } as ToWebview)));
    this.#seq += 1;
  }

  dispose(): void {
    this.#forget();
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    for (const [id, turn] of this.#grown) {
      const sent = this.#sent.get(id);
      if (!sent) continue;
      const text = turn.text.slice(sent.text);
      const reasoning = turn.reasoning.slice(sent.reasoning);
      if (text !== "" || reasoning !== "") this.send({ type: "delta", id, text, reasoning });
      this.#remember(turn);
    }
    this.#grown.clear();
  }

  #remember(turn: Turn): void {
    this.#sent.set(turn.id, { text: turn.text.length, reasoning: turn.reasoning.length });
  }

  #forget(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#grown.clear();
    this.#sent.clear();
  }
}
