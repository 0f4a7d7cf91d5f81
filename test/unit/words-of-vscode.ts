// Loads a file of the extension that asks VS Code for its words, outside VS Code: every text is its English one, with
// its places filled. No editor is open there, and a command does nothing.

import { registerHooks } from "node:module";

const VSCODE = `
export const l10n = { t: (text, ...places) => text.replace(/\\{(\\d+)\\}/g, (_, at) => places[at]) };
export const commands = { executeCommand: async () => {} };
export const window = {};
export const QuickPickItemKind = { Separator: -1, Default: 0 };
`;

export async function withEnglish<T>(load: () => Promise<T>): Promise<T> {
  const url = `data:text/javascript,${encodeURIComponent(VSCODE)}`;
  const hooks = registerHooks({
    resolve: (name, context, next) => (name === "vscode" ? { url, shortCircuit: true } : next(name, context)),
  });
  try {
    return await load();
  } finally {
    hooks.deregister();
  }
}
