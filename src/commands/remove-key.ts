// One key is forgotten, once a person has said so: it cannot be shown again. Models that used it by name use the active
// one from then on.

import * as vscode from "vscode";
import type { Secrets } from "../secrets.ts";

/** Whether it was removed. */
export async function removeKey(
  secrets: Secrets,
  { id, label }: { id: string; label: string },
  name: string,
): Promise<boolean> {
  const remove = vscode.l10n.t("Remove");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t('Remove the key "{0}" of {1}?', name, label),
    { modal: true, detail: vscode.l10n.t("VS Code forgets it, and nothing can show it again.") },
    remove,
  );
  if (answer !== remove) return false;
  await secrets.remove(id, name);
  vscode.window.setStatusBarMessage(vscode.l10n.t('EdgeQuake: the key "{0}" was removed', name), 4_000);
  return true;
}
