// What other programs said: the selection of the terminal, and git's diff of what is not committed yet.

import * as vscode from "vscode";
import { filesOfDiff, namesOf } from "../../code/diff-names.ts";
import { plainText } from "../../plain-text.ts";
import type { Held } from "../composer.ts";
import { askIfSecret, filesOf, NotAttached, textAttachment } from "./attaching.ts";
import { looksSecret } from "./secret-file.ts";
import { boundedText } from "./text-of-bytes.ts";

/** VS Code tells a terminal's selection to nobody but the clipboard: it is borrowed, and given back. */
export async function attachedTerminal(): Promise<Held> {
  const name = vscode.window.activeTerminal?.name ?? "";
  const before = await vscode.env.clipboard.readText();
  const mark = `edgequake ${Date.now()}`;
  let text = mark;
  try {
    await vscode.env.clipboard.writeText(mark);
    await vscode.commands.executeCommand("workbench.action.terminal.copySelection");
    text = await vscode.env.clipboard.readText();
  } finally {
    await vscode.env.clipboard.writeText(before);
  }
  if (text === mark || text.trim() === "") {
    throw new NotAttached(vscode.l10n.t("Nothing is selected in a terminal."));
  }
  const read = boundedText(plainText(text));
  await askIfSecret(vscode.l10n.t("The terminal's selection"), read.text);
  return textAttachment("terminal", vscode.l10n.t("Terminal {0}", name), read);
}

interface Repository {
  rootUri: vscode.Uri;
  diff(cached?: boolean): Promise<string>;
}
interface GitExports {
  getAPI(version: 1): { repositories: Repository[]; getRepository(uri: vscode.Uri): Repository | null };
}

export function hasGit(): boolean {
  return vscode.extensions.getExtension("vscode.git") !== undefined;
}

/** Staged and not staged, of the repository of the file in front. */
export async function attachedDiff(): Promise<Held> {
  const extension = vscode.extensions.getExtension<GitExports>("vscode.git");
  const git = extension && (await extension.activate()).getAPI(1);
  const front = vscode.window.activeTextEditor?.document.uri;
  const repository = (front && git?.getRepository(front)) ?? git?.repositories[0];
  if (!repository) throw new NotAttached(vscode.l10n.t("There is no Git repository in this workspace."));
  const [staged, unstaged] = [await repository.diff(true), await repository.diff(false)];
  const text = [staged, unstaged].filter((part) => part.trim() !== "").join("\n");
  if (text === "") throw new NotAttached(vscode.l10n.t("Git sees no changes."));
  const files = filesOfDiff(text);
  const secret = files.flatMap(namesOf).find((name) => looksSecret(name)) ?? "";
  await askIfSecret(secret, text);
  const label = vscode.l10n.t("Git Changes");
  return textAttachment("diff", label, boundedText(text), {
    detail: filesOf(new Set(files.map((file) => file.split("\n", 1)[0])).size),
  });
}
