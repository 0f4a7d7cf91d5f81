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
    "The answer begins": t("The answer begins"),
    "The answer failed": t("The answer failed"),
    "The answer was stopped": t("The answer was stopped"),
    "The answer is complete": t("The answer is complete"),
    "Your message": t("Your message"),
    Answer: t("Answer"),
    Cancel: t("Cancel"),
    Conversation: t("Conversation"),
    "Sending replaces your earlier message and what follows it.": t(
      "Sending replaces your earlier message and what follows it.",
    ),
    "The model's length limit cut the answer off here.": t(
      "The model's length limit cut the answer off here.",
    ),
    "The provider's content filter ended the answer here.": t(
      "The provider's content filter ended the answer here.",
    ),
    "The model answered with no text.": t("The model answered with no text."),
    "Waiting for the answer": t("Waiting for the answer"),
    tokens: t("tokens"),
    "first token": t("first token"),
    total: t("total"),
    "No provider is configured yet, so mock/echo answers: it needs no key and only repeats what you say.": t(
      "No provider is configured yet, so mock/echo answers: it needs no key and only repeats what you say.",
    ),
    "Your messages go to": t("Your messages go to"),
  };
}
