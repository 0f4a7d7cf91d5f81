// What a click on the status-bar item offers.

import * as vscode from "vscode";

export async function showMenu(): Promise<void> {
  const entries: [string, string, string][] = [
    ["edgequake.selectModel", "$(list-selection)", vscode.l10n.t("Select Model")],
    ["edgequake.manageModels", "$(settings)", vscode.l10n.t("Manage Models")],
    ["edgequake.setApiKey", "$(key)", vscode.l10n.t("Set API Key")],
    ["edgequake.openChat", "$(comment-discussion)", vscode.l10n.t("Open Chat")],
    ["edgequake.showUsage", "$(graph)", vscode.l10n.t("Show Usage")],
    ["edgequake.diagnose", "$(pulse)", vscode.l10n.t("Diagnose")],
    ["edgequake.getStarted", "$(rocket)", vscode.l10n.t("Get Started")],
    ["edgequake.showLog", "$(output)", vscode.l10n.t("Show Log")],
    ["edgequake.restartBackend", "$(debug-restart)", vscode.l10n.t("Restart Backend")],
  ];
  const chosen = await vscode.window.showQuickPick(
    entries.map(([command, icon, label]) => ({ label: `${icon} ${label}`, command })),
    { placeHolder: vscode.l10n.t("What would you like to do?") },
  );
  if (chosen) await vscode.commands.executeCommand(chosen.command);
}
