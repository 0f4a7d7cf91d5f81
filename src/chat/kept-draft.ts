// The message that is being written, as it outlives its window, in files of its own: VS Code's state reaches its disk too
// late for a window that is reloaded at once. What cannot be kept is said.

import type { Composer, Draft, Held } from "./composer.ts";
import type { HeldFiles } from "./held-files.ts";

export interface KeptDraftOptions {
  files(): Promise<HeldFiles>;
  composer: Composer;
  /** This attachment will be gone when the window is reloaded; undefined = it is too large. */
  notKept(label: string, why: Error | undefined): void;
  /** Characters. */
  most?: number;
}

interface Named {
  text: string;
  held: string[];
}
interface Kept extends Named {
  /** When it was typed. */
  at?: number;
  /** The earlier question that it replaces, and what stood there before. */
  editing?: { id: string; setAside: Named };
}

const SAVING_MS = 200;
/** Two questions' worth of pictures: one that is edited, and one that was set aside for it. */
const MOST = 60_000_000;

export class KeptDraft {
  readonly #options: KeptDraftOptions;
  /** Attachments that have a file, or were refused one, with their size. */
  readonly #written = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #saving = Promise.resolve();
  #restored: Promise<number> | undefined;

  constructor(options: KeptDraftOptions) {
    this.#options = options;
  }

  /** What was written and attached stands there again. Gives how much of it could not be read. */
  restored(): Promise<number> {
    this.#restored ??= this.#restore();
    return this.#restored;
  }

  /** Something of it is different. */
  changed(): void {
    this.#timer ??= setTimeout(() => void this.save(), SAVING_MS);
  }

  async save(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#saving = this.#saving.then(() => this.#save());
    await this.#saving;
  }

  async #restore(): Promise<number> {
    const { composer } = this.#options;
    const files = await this.#options.files();
    const kept = (await files.readDraft()) as Kept | undefined;
    if (!Array.isArray(kept?.held)) return 0;
    let missing = 0;
    const read = async (named: readonly string[]): Promise<Held[]> => {
      const all = await Promise.all(named.map((id) => files.read(id)));
      const held = all.filter((one) => one !== undefined);
      missing += all.length - held.length;
      for (const one of held) this.#written.set(one.attachment.id, sizeOf(one));
      return held;
    };
    const { editing } = kept;
    const held = await read(kept.held);
    const setAside = editing && { text: editing.setAside.text, held: await read(editing.setAside.held) };
    composer.restore(
      { text: kept.text, held },
      editing && setAside && { id: editing.id, setAside },
      kept.at ?? 0,
    );
    await files.sweep(new Set(this.#written.keys())).catch(() => {});
    return missing;
  }

  async #save(): Promise<void> {
    // What was there before is part of it.
    await this.restored();
    const { composer } = this.#options;
    const { draft, editing } = composer.kept;
    const held = [...draft.held, ...(editing?.setAside.held ?? [])];
    // What is named has its file, before and after.
    for (const one of held) await this.#write(one);
    const kept: Kept = { ...named(draft), at: composer.typedAt };
    if (editing) kept.editing = { id: editing.id, setAside: named(editing.setAside) };
    const files = await this.#options.files();
    // What is typed stands in the page's own state as well.
    await files.writeDraft(kept).catch(() => {});
    const still = new Set(held.map(({ attachment }) => attachment.id));
    for (const id of this.#written.keys()) if (!still.has(id)) await this.#remove(id);
  }

  async #write(held: Held): Promise<void> {
    const { notKept, most = MOST } = this.#options;
    const { id, label } = held.attachment;
    if (this.#written.has(id)) return;
    const sizes = [...this.#written.values()];
    const fits = sizes.reduce((sum, size) => sum + size, sizeOf(held)) <= most;
    this.#written.set(id, fits ? sizeOf(held) : 0);
    if (!fits) notKept(label, undefined);
    else {
      const files = await this.#options.files();
      await files.write(held).catch((error: Error) => notKept(label, error));
    }
  }

  async #remove(id: string): Promise<void> {
    this.#written.delete(id);
    const files = await this.#options.files();
    await files.remove(id).catch(() => {});
  }
}

function named({ text, held }: Draft): Named {
  return { text, held: held.map(({ attachment }) => attachment.id) };
}

function sizeOf({ attachment: { image }, text }: Held): number {
  return (image?.length ?? 0) + (text?.length ?? 0);
}
