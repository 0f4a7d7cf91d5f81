// Whether VS Code's secret storage keeps what it is given: found out by a mark that is in it and in the extension's own
// state, and looked for in a later session. Where there is no keyring the mark is gone, and that is said plainly.

import type * as vscode from "vscode";

/** unknown: this is the first session with a key; nobody can tell yet. */
export type Keeping = "kept" | "lost" | "unknown";

const MARK = "edgequake.keeping";

export interface KeepingPlaces {
  secrets: Pick<vscode.SecretStorage, "get" | "store">;
  state: Pick<vscode.Memento, "get" | "update">;
  session: string;
}

/** Also leaves the mark for the next session. */
export async function keeping({ secrets, state, session }: KeepingPlaces): Promise<Keeping> {
  const left = state.get<string>(MARK);
  const found = await secrets.get(MARK);
  if (found !== undefined && found !== session) return "kept";
  // A mark of an earlier session is remembered here, and gone there.
  const lost = left !== undefined && left !== session && found === undefined;
  await secrets.store(MARK, session);
  await state.update(MARK, session);
  return lost ? "lost" : "unknown";
}
