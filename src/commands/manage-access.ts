// "EdgeQuake: Manage Access": which other extensions may use the models configured here, and changing one's mind.

import * as vscode from "vscode";
import type { Access, AccessList } from "../lm/access.ts";
import { notificationText } from "../plain-text.ts";

export async function askForAccess(caller: string): Promise<Access | undefined> {
  const allow = vscode.l10n.t("Allow");
  const deny = vscode.l10n.t("Deny");
  // No modal: who is at work is not torn from it, and the asking extension waits.
  const answer = await vscode.window.showInformationMessage(
    vscode.l10n.t(
      "May the extension {0} use your models through EdgeQuake? Its requests go to the providers you configured and are paid with your keys.",
      notificationText(caller),
    ),
    allow,
    deny,
  );
  if (answer === undefined) return undefined;
  return answer === allow ? "allowed" : "denied";
}

export async function manageAccess(list: AccessList): Promise<void> {
  const items = Object.entries(list.all()).map(([caller, access]) => ({
    label: caller,
    description: access === "allowed" ? vscode.l10n.t("allowed") : vscode.l10n.t("denied"),
    caller,
    access,
  }));
  if (items.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t("No extension has asked for EdgeQuake's models yet."),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Manage Access"),
    placeHolder: vscode.l10n.t("Whose access is to change?"),
  });
  if (!chosen) return;
  const other: Access = chosen.access === "allowed" ? "denied" : "allowed";
  const forget = vscode.l10n.t("Ask again next time");
  const change = other === "allowed" ? vscode.l10n.t("Allow") : vscode.l10n.t("Deny");
  const answer = await vscode.window.showQuickPick([change, forget], { title: chosen.caller });
  if (answer === undefined) return;
  await list.set(chosen.caller, answer === forget ? undefined : other);
}
