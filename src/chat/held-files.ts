// A message that is not sent yet, in files: its words and the names of what is attached in one, each attachment in one of
// its own, written when it is attached and gone when it is sent. Only the user reads them.

import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Held } from "./composer.ts";
import { isAttachment } from "./stored-turn.ts";

const DRAFT = "draft";
const NAME = /^[\w-]{1,64}$/;
const DAY_MS = 86_400_000;

export class HeldFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** undefined = there is none. */
  async readDraft(): Promise<unknown> {
    try {
      return JSON.parse(await readFile(join(this.#folder, DRAFT), "utf8"));
    } catch {
      return undefined;
    }
  }

  /** The old one or the new one, whatever happens meanwhile. */
  async writeDraft(draft: unknown): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    const next = join(this.#folder, `${DRAFT}.${process.pid}`);
    await writeFile(next, JSON.stringify(draft), { mode: 0o600 });
    await rename(next, join(this.#folder, DRAFT));
  }

  async write(held: Held): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await writeFile(this.#path(held.attachment.id), JSON.stringify(held), { mode: 0o600 });
  }

  /** undefined = it is not there, or not what it was. */
  async read(id: string): Promise<Held | undefined> {
    try {
      const held = JSON.parse(await readFile(this.#path(id), "utf8")) as Held;
      const { attachment, text } = held;
      return isAttachment(attachment) && (text === null || typeof text === "string") ? held : undefined;
    } catch {
      return undefined;
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#path(id), { force: true });
  }

  /** What a crash left behind. Another window may just be writing its own. */
  async sweep(named: ReadonlySet<string>): Promise<void> {
    const names = await readdir(this.#folder).catch(() => []);
    for (const name of names) {
      const path = join(this.#folder, name);
      if (name === DRAFT || named.has(name.replace(/\.json$/, ""))) continue;
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > DAY_MS) await rm(path, { force: true });
    }
  }

  #path(id: string): string {
    if (!NAME.test(id)) throw new Error(`no name of a file: ${id}`);
    return join(this.#folder, `${id}.json`);
  }
}
