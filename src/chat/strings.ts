// The webview's texts in the user's language: it has no l10n of its own.

import * as vscode from "vscode";

/** By the English text, which is also what the webview falls back to. */
export function chatStrings(): Record<string, string> {
  const { t } = vscode.l10n;
  return {
    "Ask anything": t("Ask anything"),
    Message: t("Message"),
    Send: t("Send"),
    Stop: t("Stop"),
    Retry: t("Retry"),
    Edit: t("Edit"),
    Copy: t("Copy"),
    Copied: t("Copied"),
    Reasoning: t("Reasoning"),
    "Select Model": t("Select Model"),
    "Set API Key": t("Set API Key"),
    "Show Log": t("Show Log"),
    "Jump to end": t("Jump to end"),
    Stopped: t("Stopped"),
    "The answer is cut off here.": t("The answer is cut off here."),
  };
}
