// How hard a model thinks, in the reader's words.

import * as vscode from "vscode";
import type { Effort } from "../../server/protocol/webview.ts";

export function effortWords(): Record<Effort, string> {
  return {
    default: vscode.l10n.t("Automatic"),
    low: vscode.l10n.t("Low"),
    medium: vscode.l10n.t("Medium"),
    high: vscode.l10n.t("High"),
  };
}
