// "EdgeQuake: Edit Prompt…": opens the user's own copy of a prompt, made from the one that comes with EdgeQuake.

import * as vscode from "vscode";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { PROMPT_ACTIONS, type PromptAction } from "../prompts/prompts.ts";

export async function editPrompt(prompts: PromptFiles, given?: PromptAction): Promise<void> {
  const action = given ?? (await choose(prompts));
  if (action === undefined) return;
  const path = await prompts.copy(action);
  await vscode.window.showTextDocument(vscode.Uri.file(path), { preview: false });
}

export function promptAction(value: unknown): PromptAction | undefined {
  return PROMPT_ACTIONS.find((action) => action === value);
}

async function choose(prompts: PromptFiles): Promise<PromptAction | undefined> {
  const items = await Promise.all(
    PROMPT_ACTIONS.map(async (action) => ({
      label: titleOf(action),
      description: (await prompts.isOwn(action)) ? vscode.l10n.t("your own") : "",
      detail: prompts.pathOf(action),
      action,
    })),
  );
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Edit Prompt"),
    placeHolder: vscode.l10n.t(
      "Whose prompt? Your copy takes the place of the one that comes with EdgeQuake.",
    ),
  });
  return chosen?.action;
}

function titleOf(action: PromptAction): string {
  const titles: Record<PromptAction, string> = {
    explain: vscode.l10n.t("Explain"),
    fix: vscode.l10n.t("Fix"),
    edit: vscode.l10n.t("Edit"),
    document: vscode.l10n.t("Document"),
    tests: vscode.l10n.t("Generate Tests"),
    review: vscode.l10n.t("Review"),
    ask: vscode.l10n.t("Ask About Selection"),
    commit: vscode.l10n.t("Write Commit Message"),
    terminal: vscode.l10n.t("Explain Terminal Output"),
  };
  return titles[action];
}
