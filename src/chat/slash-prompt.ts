// The question that a command like "/fix" stands for: its prompt, filled with the code that is attached or, where none
// is, with what is selected or open in front. What is taken is attached, so that a person sees what is sent.

import * as vscode from "vscode";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { fenced, type PromptAction } from "../prompts/prompts.ts";
import { attachedSelection, hasSelection } from "./attach/attached-editors.ts";
import { attachedDocument } from "./attach/attached-file.ts";
import { attachedDiff } from "./attach/attached-output.ts";
import { NotAttached } from "./attach/attaching.ts";
import type { Held } from "./composer.ts";
import { SLASH_COMMANDS, type SlashCommand, type SlashName } from "./slash-commands.ts";

export interface SlashPrompt {
  /** What the model is told. */
  told: string;
  /** What the prompt holds: told once. */
  within: Held;
  /** It was not attached before. */
  added: boolean;
}

type Asking = Extract<SlashCommand, { asks: PromptAction }>;

/** Rejects with a sentence where there is nothing to ask about. */
export async function slashPrompt(
  { asks, needs }: Asking,
  rest: string,
  held: readonly Held[],
  prompts: PromptFiles,
): Promise<SlashPrompt> {
  const given = held.find(({ attachment: { kind }, source }) =>
    needs === "diff" ? kind === "diff" : source !== undefined,
  );
  const within = given ?? (await (needs === "diff" ? attachedDiff() : codeInFront()));
  const text = within.text ?? "";
  const { file = within.attachment.label, language = "", lines = "" } = within.source ?? {};
  const { text: filled } = await prompts.fill(asks, {
    instruction: rest,
    file,
    language,
    lines: lines || vscode.l10n.t("all"),
    ...(needs === "diff" ? { diff: fenced(text, "diff") } : { code: fenced(text, language) }),
    diagnostics: diagnosticsOf(within),
  });
  return { told: rest === "" ? filled : `${filled}\n\n${rest}`, within, added: !given };
}

export function slashList(): { id: string; label: string; detail: string }[] {
  const details = slashDetails();
  return SLASH_COMMANDS.map(({ name }) => ({ id: `/${name}`, label: `/${name}`, detail: details[name] }));
}

/** All of them to read, and to take one. */
export async function pickSlashCommand(): Promise<string | undefined> {
  const items = slashList().map(({ label, detail }) => ({ label, description: detail }));
  return (
    await vscode.window.showQuickPick(items, { title: vscode.l10n.t("Commands"), matchOnDescription: true })
  )?.label;
}

function slashDetails(): Record<SlashName, string> {
  const { t } = vscode.l10n;
  return {
    explain: t("Explain the selected or attached code"),
    fix: t("Fix the code and the problems the editor reports"),
    tests: t("Write tests for the code"),
    doc: t("Document the code"),
    review: t("Review the code"),
    commit: t("Write a commit message for the changes"),
    clear: t("Begin a new chat"),
    model: t("Select the model, or name it"),
    compare: t("Ask several models side by side"),
    export: t("Export this chat"),
    history: t("Search earlier chats"),
    help: t("List these commands"),
  };
}

async function codeInFront(): Promise<Held> {
  if (hasSelection()) return attachedSelection();
  const front = vscode.window.activeTextEditor?.document;
  if (front) return attachedDocument(front);
  throw new NotAttached(vscode.l10n.t("Select some code, or attach a file with @, and send it again."));
}

/** What the editor reports at this code, one a line. */
function diagnosticsOf({ source }: Held): string {
  if (!source) return "";
  const [first = 1, last = first] = source.lines.split("-").map(Number);
  return vscode.languages
    .getDiagnostics()
    .filter(([uri]) => vscode.workspace.asRelativePath(uri) === source.file)
    .flatMap(([, problems]) => problems)
    .filter(({ range }) => source.lines === "" || (range.end.line + 1 >= first && range.start.line < last))
    .map(({ range, message }) => `${range.start.line + 1}: ${message}`)
    .join("\n");
}
