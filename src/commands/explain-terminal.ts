// "EdgeQuake: Explain Terminal Output": what is selected in the terminal, else the last command's output, goes to the
// chat. VS Code gives a terminal's text to the clipboard alone, so what was there is put back at once.

import * as vscode from "vscode";
import { toldOf } from "../code/code-prompt.ts";
import { plainText } from "../plain-text.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { fenced } from "../prompts/prompts.ts";
import type { AskingChat } from "./ask-about-code.ts";

/** The end says what went wrong. */
const LONGEST = 30_000;

export async function explainTerminal(chat: AskingChat, prompts: PromptFiles): Promise<void> {
  const output = await terminalText();
  if (output === undefined) {
    void vscode.window.showInformationMessage(
      vscode.l10n.t("There is no terminal output to explain. Select some in the terminal first."),
    );
    return;
  }
  const filled = await prompts.fill("terminal", { output: fenced(boundOutput(output)) });
  await chat.ask(toldOf(filled, prompts.pathOf("terminal")));
}

/** Without escape sequences; undefined where nothing is selected and no command is known. */
export async function terminalText(): Promise<string | undefined> {
  if (!vscode.window.activeTerminal) return undefined;
  const before = await vscode.env.clipboard.readText();
  // Nobody else's text: where nothing is copied it is still there.
  const mark = `edgequake-${Math.random()}`;
  try {
    await vscode.env.clipboard.writeText(mark);
    for (const command of ["copySelection", "copyLastCommandOutput"]) {
      await vscode.commands.executeCommand(`workbench.action.terminal.${command}`);
      const copied = await vscode.env.clipboard.readText();
      if (copied !== mark && copied.trim() !== "") return plainText(copied).trimEnd();
    }
    return undefined;
  } finally {
    await vscode.env.clipboard.writeText(before);
  }
}

export function boundOutput(output: string): string {
  if (output.length <= LONGEST) return output;
  return `[the first ${output.length - LONGEST} characters are left out]\n${output.slice(-LONGEST)}`;
}
