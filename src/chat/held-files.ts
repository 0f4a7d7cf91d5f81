// What is attached to a message that is not sent yet, in a file each: written when it is attached, gone when it is sent.
// Only the user reads them.

import { mkdir, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Held } from "./composer.ts";
import { isAttachment } from "./stored-turn.ts";

const NAME = /^[\w-]{1,64}$/;
const DAY_MS = 86_400_000;

export class HeldFiles {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
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
      if (named.has(name.replace(/\.json$/, ""))) continue;
      const { mtimeMs } = await stat(path);
      if (Date.now() - mtimeMs > DAY_MS) await rm(path, { force: true });
    }
  }

  #path(id: string): string {
    if (!NAME.test(id)) throw new Error(`no name of a file: ${id}`);
    return join(this.#folder, `${id}.json`);
  }
}
