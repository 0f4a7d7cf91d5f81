// Explain, Review, Generate Tests and Ask About Selection: the code at hand goes into the chat with its prompt, and
// nothing else leaves. The chat opens when it is closed.

import * as vscode from "vscode";
import { codePrompt } from "../code/code-prompt.ts";
import { codeTarget } from "../code/code-target.ts";
import { sayNothingThere, sayTaken } from "../code/say-taken.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";

export type Asked = "explain" | "review" | "tests" | "ask";

export interface AskingChat {
  /** Asks visibly; resolves when the answer ended. */
  ask(text: string): Promise<void>;
}

/** `given` is the question when a keybinding or another extension runs the command with one. */
export async function askAboutCode(
  action: Asked,
  chat: AskingChat,
  prompts: PromptFiles,
  at?: vscode.Range,
  given?: string,
): Promise<void> {
  const target = await codeTarget(vscode.window.activeTextEditor, at);
  if (!target) {
    sayNothingThere();
    return;
  }
  const mark = sayTaken(target);
  try {
    const question = action === "ask" ? (given ?? (await askQuestion(target.taken))) : "";
    if (question === undefined) return;
    await chat.ask(await codePrompt(prompts, action, target, question));
    if (action === "ask") lastQuestion = "";
  } finally {
    mark.dispose();
  }
}

/** What was typed is offered again after a failure. */
let lastQuestion = "";

async function askQuestion(taken: string | undefined): Promise<string | undefined> {
  const question = await vscode.window.showInputBox({
    title: vscode.l10n.t("Ask About Selection"),
    prompt: vscode.l10n.t("What do you want to know about {0}?", taken ?? vscode.l10n.t("the selection")),
    value: lastQuestion,
    ignoreFocusOut: true,
  });
  if (question === undefined || question.trim() === "") return undefined;
  lastQuestion = question;
  return question;
}
