// Answers what EdgeQuake asks a person, as a keyboard does.

import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";

/** Presses the first button of the newest notification until `answered`. */
export async function pressFirstButton(answered: () => boolean): Promise<void> {
  await poll("the question to be there and answered", PATIENCE_MS, async () => {
    if (answered()) return true;
    await vscode.commands.executeCommand("notifications.focusToasts");
    await vscode.commands.executeCommand("notification.acceptPrimaryAction");
    return answered();
  });
}

/** `work`, whose first step asks for leave; it is given. */
export async function withLeave<T>(work: Promise<T>): Promise<T> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  work.then(done, done);
  await pressFirstButton(() => settled);
  return work;
}

/** `work`, which asks by quick picks; the first entry of each is taken. */
export async function withFirstChoices<T>(work: Thenable<T>): Promise<T> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  work.then(done, done);
  await poll("the quick picks to be answered", PATIENCE_MS, async () => {
    if (!settled) await vscode.commands.executeCommand("workbench.action.acceptSelectedQuickOpenItem");
    return settled;
  });
  return work;
}
