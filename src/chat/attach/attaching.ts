// What may be attached and how a person is told of it: an id, a label, what was left out. Refusals are sentences.

import { randomUUID } from "node:crypto";
import * as vscode from "vscode";
import type { Attachment } from "../../../server/protocol/webview.ts";
import type { Held } from "../composer.ts";
import { looksSecret } from "./secret-file.ts";
import { type BoundedText, sizeOf } from "./text-of-bytes.ts";

/** Why something is not attached, in words for the person; undefined = they know, they decided it. */
export class NotAttached extends Error {
  override readonly name = "NotAttached";
}

export function textAttachment(
  kind: Attachment["kind"],
  label: string,
  { text, size, cut }: BoundedText,
  more: { detail?: string; source?: Held["source"] } = {},
): Held {
  const sizes = cut
    ? vscode.l10n.t("the first {0} of {1}", sizeOf(Buffer.byteLength(text)), sizeOf(size))
    : sizeOf(size);
  const detail = [more.detail, sizes].filter(Boolean).join(", ");
  return {
    attachment: { id: randomUUID(), kind, label, detail, image: null },
    text,
    ...(more.source ? { source: more.source } : {}),
  };
}

/** Throws NotAttached where a person says no. */
export async function askIfSecret(path: string, text: string): Promise<void> {
  if (!looksSecret(path, text)) return;
  const attach = vscode.l10n.t("Attach");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("{0} looks like it holds keys or passwords. Attach it all the same?", path),
    { modal: true, detail: vscode.l10n.t("What it holds is sent to the model's provider.") },
    attach,
  );
  if (answer !== attach) throw new NotAttached(vscode.l10n.t("{0} was not attached.", path));
}

export function filesOf(count: number): string {
  return count === 1 ? vscode.l10n.t("1 file") : vscode.l10n.t("{0} files", count);
}

export function pathOf(uri: vscode.Uri): string {
  return vscode.workspace.asRelativePath(uri);
}
