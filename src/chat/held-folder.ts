// Where a window keeps the message that is not sent yet: no other window writes there. VS Code gives a window without a
// workspace no folder of its own; it gets one beside those of others like it, and finds it again by a name it remembers.

import { randomUUID } from "node:crypto";
import { readdir, rm, stat, utimes } from "node:fs/promises";
import { join } from "node:path";
import type { Memento } from "vscode";

export interface HeldIn {
  /** What the window remembers. */
  state: Memento;
  storage: {
    /** Of its workspace. */
    window: string | undefined;
    /** Of all. */
    everywhere: string;
  };
}

const NAME = "edgequake.chat.window";
/** Long enough for whoever left a window open over the holidays. */
const KEPT_MS = 30 * 86_400_000;

/** `inBrowser`: all that have no workspace are one to VS Code there, and remember the same, some time later. */
export function heldFolder({ state, storage: { window, everywhere } }: HeldIn, inBrowser: boolean): string {
  if (window !== undefined) return join(window, "unsent");
  let name = inBrowser ? "in-browser" : state.get<string>(NAME);
  if (name === undefined) {
    name = randomUUID();
    void state.update(NAME, name);
  }
  return join(everywhere, "unsent", name);
}

/** A window without a workspace that was closed does not come back: what it left goes some time later. */
export async function sweepHeldFolders({ storage: { everywhere } }: HeldIn, own: string): Promise<void> {
  const now = new Date();
  await utimes(own, now, now).catch(() => {});
  const all = join(everywhere, "unsent");
  for (const name of await readdir(all).catch(() => [])) {
    const path = join(all, name);
    const { mtimeMs } = await stat(path);
    if (now.getTime() - mtimeMs > KEPT_MS) await rm(path, { recursive: true, force: true });
  }
}
