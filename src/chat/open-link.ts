// Opens a link of an answer: http, https and mailto only, and only after the person saw where it goes.

import * as vscode from "vscode";
import { plainText } from "../plain-text.ts";

const SCHEMES = new Set(["http:", "https:", "mailto:"]);

export async function openLink(text: string): Promise<void> {
  const url = URL.parse(text);
  if (!url || !SCHEMES.has(url.protocol)) return;
  // href is punycoded and percent-encoded: what is shown is what is opened.
  const open = vscode.l10n.t("Open");
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t("Open this link from the answer?"),
    { modal: true, detail: plainText(url.href) },
    open,
  );
  if (answer === open) await vscode.env.openExternal(vscode.Uri.parse(url.href, true));
}
