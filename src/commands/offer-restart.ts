// The backend crashed too often and was given up: a person decides. The log may be read first; the choice stays.

import * as vscode from "vscode";

export async function offerRestart(): Promise<void> {
  const restart = vscode.l10n.t("Restart");
  const showLog = vscode.l10n.t("Show Log");
  for (;;) {
    const answer = await vscode.window.showErrorMessage(
      vscode.l10n.t("EdgeQuake's backend crashed five times in three minutes and was stopped."),
      restart,
      showLog,
    );
    if (answer === restart) await vscode.commands.executeCommand("edgequake.restartBackend");
    if (answer !== showLog) return;
    await vscode.commands.executeCommand("edgequake.showLog");
  }
}
