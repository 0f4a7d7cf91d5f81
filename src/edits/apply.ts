// Puts a replacement where its code stands now, in one undo step, in the one document it belongs to. VS Code refuses
// an edit of a version that is no longer the newest; then the place is looked up again, so no keystroke is lost.

import { realpath } from "node:fs/promises";
import * as vscode from "vscode";
import type { Anchor } from "./anchor.ts";
import { isConfigTarget } from "./config-target.ts";
import type { Place } from "./place.ts";

/** Somebody who types all the time is still not faster than this. */
const TRIES = 10;

export type Applied = "applied" | "refused";

export async function applyAt(place: Place, replacement: string): Promise<Applied> {
  let document = await place.open();
  if (document && (await isConfiguration(document.uri)) && !(await confirmed(document.uri))) return "refused";
  for (let tries = 0; tries < TRIES; tries += 1) {
    document = await place.open();
    if (!document) {
      await refuse(vscode.l10n.t("The document is closed, so the edit was not applied."), replacement);
      return "refused";
    }
    const anchor = place.find();
    if (anchor.found === undefined) {
      await refuse(reasonOf(anchor), replacement);
      return "refused";
    }
    const { version } = document;
    const range = new vscode.Range(
      document.positionAt(anchor.found),
      document.positionAt(anchor.found + place.original.length),
    );
    const edit = new vscode.WorkspaceEdit();
    edit.replace(document.uri, range, replacement);
    if (await vscode.workspace.applyEdit(edit)) return "applied";
    if (document.version === version) break;
  }
  await refuse(vscode.l10n.t("VS Code refused the edit; the document is unchanged."), replacement);
  return "refused";
}

export function reasonOf({ why }: Extract<Anchor, { found: undefined }>): string {
  return why === "changed"
    ? vscode.l10n.t("The code changed since it was sent, so the edit was not applied. Ask again.")
    : vscode.l10n.t("The code moved and now stands in several places, so the edit was not applied.");
}

/** The answer was paid for: it can still be had. Nobody waits for the person's answer. */
export async function refuse(reason: string, replacement: string): Promise<void> {
  const copy = vscode.l10n.t("Copy Proposed Code");
  void vscode.window.showWarningMessage(reason, ...(replacement === "" ? [] : [copy])).then((answer) => {
    if (answer === copy) void vscode.env.clipboard.writeText(replacement);
  });
}

async function isConfiguration(uri: vscode.Uri): Promise<boolean> {
  if (isConfigTarget(uri.scheme, uri.path)) return true;
  if (uri.scheme !== "file") return false;
  // A link may lead there under an innocent name.
  const real = await realpath(uri.fsPath).catch(() => uri.fsPath);
  return isConfigTarget(uri.scheme, real);
}

async function confirmed(uri: vscode.Uri): Promise<boolean> {
  const apply = vscode.l10n.t("Change It");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("{0} is a configuration file. Apply the edit?", vscode.workspace.asRelativePath(uri)),
    {
      modal: true,
      detail: vscode.l10n.t(
        "Files like this can make the editor, git or other tools run commands. Read the diff first.",
      ),
    },
    apply,
  );
  return answer === apply;
}
