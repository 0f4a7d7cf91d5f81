// Documents whose text may go to a provider while somebody types: code, and nothing that holds secrets or is not
// meant to be completed. Pure.

import { looksSecret } from "../chat/attach/secret-file.ts";

const SCHEMES = new Set(["file", "untitled", "vscode-remote", "vscode-notebook-cell", "vscode-vfs"]);
/** Longer files are generated. */
export const LONGEST_DOCUMENT = 2_000_000;

export function mayComplete(scheme: string, path: string): boolean {
  return SCHEMES.has(scheme) && !looksSecret(path) && !/\.env$/i.test(path);
}
