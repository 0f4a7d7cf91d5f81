// What the next question will be: the text in the message box, what it brings along, and the earlier question that it
// replaces. Nothing typed or attached is lost by editing an earlier one. Pure.

import type { Attachment } from "../../server/protocol/webview.ts";
import type { AttachedText, CodeSource, Entry, Question, ToldInstead } from "./turns.ts";

/** An attachment and what it holds; an image holds nothing else. */
export interface Held {
  attachment: Attachment;
  text: string | null;
  /** Of code: where it stands. */
  source?: CodeSource;
}

export interface Draft {
  text: string;
  held: readonly Held[];
}

/** An earlier question is being edited. */
export interface Editing {
  id: string;
  /** What stood there before it was taken up. */
  setAside: Draft;
}

/** Sent, and on its way. */
export interface Leaving {
  readonly text: string;
}

export class Composer {
  #draft: Draft = { text: "", held: [] };
  #editing: Editing | undefined;
  #typedAt = 0;
  /** What was sent and does not stand in the chat yet. */
  readonly #leaving = new Set<Leaving>();

  get text(): string {
    return this.#draft.text;
  }
  get attachments(): Attachment[] {
    return this.#draft.held.map(({ attachment }) => attachment);
  }
  get held(): readonly Held[] {
    return this.#draft.held;
  }
  /** The question that sending replaces. */
  get editing(): string | null {
    return this.#editing?.id ?? null;
  }

  /** When the text became what it is. */
  get typedAt(): number {
    return this.#typedAt;
  }

  /** Without a time it is newer than all before, however far the page's clock is from this one. */
  typed(text: string, at = Math.max(Date.now(), this.#typedAt + 1)): void {
    this.#typedAt = at;
    this.#draft = { ...this.#draft, text };
  }

  attach(...held: Held[]): void {
    this.#draft = { ...this.#draft, held: [...this.#draft.held, ...held] };
  }

  detach(id: string): void {
    this.#draft = { ...this.#draft, held: this.#draft.held.filter(({ attachment }) => attachment.id !== id) };
  }

  edit({ turn, attached }: Entry, draft: string): void {
    this.typed(draft);
    const held = turn.attachments.map((attachment): Held => {
      const { text = null, source } = attached.find(({ id }) => id === attachment.id) ?? {};
      return { attachment, text, ...(source ? { source } : {}) };
    });
    this.#editing = { id: turn.id, setAside: this.#editing?.setAside ?? this.#draft };
    this.#draft = { text: turn.text, held };
  }

  /** Back to what stood there before. */
  cancelEdit(): void {
    if (!this.#editing) return;
    this.#draft = this.#editing.setAside;
    this.#editing = undefined;
    this.typed(this.text);
  }

  /** The earlier question is no longer there: what was made of it stands with what was set aside. */
  abandonEdit(): void {
    if (!this.#editing) return;
    const { setAside } = this.#editing;
    this.typed(joined(setAside.text, this.text));
    this.#draft = { ...this.#draft, held: [...setAside.held, ...this.held] };
    this.#editing = undefined;
  }

  /** All of it, to be kept elsewhere: where this window ends, what is on its way stands in the box again. */
  get kept(): { draft: Draft; editing: Editing | undefined } {
    const text = joined(...[...this.#leaving].map((one) => one.text), this.text);
    return { draft: { ...this.#draft, text }, editing: this.#editing };
  }

  /** What was kept of an earlier window; what was written since then stays. */
  restore({ text, held }: Draft, editing: Editing | undefined, at: number): void {
    this.#draft = { text: this.#typedAt === 0 ? text : this.text, held: [...held, ...this.held] };
    if (this.#typedAt === 0) this.#typedAt = at;
    this.#editing ??= editing;
  }

  /** The question as it would be sent. */
  question(text = this.text, told?: ToldInstead): Question {
    const attached = this.held.flatMap(({ attachment: { id }, text: holds, source }): AttachedText[] =>
      holds === null ? [] : [{ id, text: holds, ...(source ? { source } : {}) }],
    );
    return { text, attachments: this.attachments, attached, ...(told ? { told } : {}) };
  }

  /** A person sent this: what is typed from here on is another message. */
  leaves(text: string, at: number): Leaving {
    const leaving = { text };
    this.typed("", at);
    this.#leaving.add(leaving);
    return leaving;
  }

  /** It stands in the chat, or was no question. */
  left(leaving: Leaving): void {
    this.#leaving.delete(leaving);
  }

  /** What has not left by now does not: it stands in the box again, before what was typed since. */
  stays(leaving: Leaving): boolean {
    const stays = this.#leaving.delete(leaving);
    if (stays) this.typed(joined(leaving.text, this.text));
    return stays;
  }

  /** It is sent: what was set aside stands there again, with what was typed and attached since. */
  sent({ attachments }: Pick<Question, "attachments">): void {
    const went = new Set(attachments.map(({ id }) => id));
    const since = this.held.filter(({ attachment }) => !went.has(attachment.id));
    const { text, held } = this.#editing?.setAside ?? { text: "", held: [] };
    this.#draft = { text: joined(text, this.text), held: [...held, ...since] };
    this.#editing = undefined;
  }
}

function joined(...texts: string[]): string {
  return texts.filter((text) => text !== "").join("\n\n");
}
