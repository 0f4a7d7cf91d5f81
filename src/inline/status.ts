// How inline completions fare: a line in the language status, busy while a request is out. A failure is logged and
// told once, until it works again or another failure comes.

import * as vscode from "vscode";
import type { OpenAIError } from "../../server/protocol/errors.ts";
import { messageOf, notificationText, plainText } from "../plain-text.ts";

export class InlineStatus implements vscode.Disposable {
  readonly #item: vscode.LanguageStatusItem;
  readonly #log: (message: string) => void;
  readonly #model: string;
  #out = 0;
  #told: string | undefined;

  constructor(model: string, log: (message: string) => void) {
    this.#model = model;
    this.#log = log;
    this.#item = vscode.languages.createLanguageStatusItem("edgequake.inlineCompletions", { scheme: "*" });
    this.#item.name = vscode.l10n.t("EdgeQuake inline completions");
    this.#item.command = {
      title: vscode.l10n.t("Turn Off"),
      command: "edgequake.toggleInlineCompletions",
    };
    this.works();
  }

  working(): vscode.Disposable {
    this.#out += 1;
    this.#item.busy = true;
    return new vscode.Disposable(() => {
      this.#out -= 1;
      this.#item.busy = this.#out > 0;
    });
  }

  works(): void {
    this.#told = undefined;
    this.#item.text = vscode.l10n.t("EdgeQuake completes with {0}", plainText(this.#model));
    this.#item.detail = "";
    this.#item.severity = vscode.LanguageStatusSeverity.Information;
  }

  failed(error: OpenAIError): void {
    const message = plainText(messageOf(error));
    this.#item.text = vscode.l10n.t("EdgeQuake's completions fail");
    this.#item.detail = message;
    this.#item.severity = vscode.LanguageStatusSeverity.Warning;
    if (this.#told === error.name) return;
    this.#told = error.name;
    this.#log(`inline completions: ${message}`);
    const off = vscode.l10n.t("Turn Off");
    const settings = vscode.l10n.t("Open Settings");
    void vscode.window
      .showWarningMessage(
        vscode.l10n.t("Inline completions with {0}: {1}", this.#model, notificationText(message)),
        settings,
        off,
      )
      .then((answer) => {
        if (answer === off) void vscode.commands.executeCommand("edgequake.toggleInlineCompletions");
        if (answer === settings) {
          void vscode.commands.executeCommand("workbench.action.openSettings", "edgequake.inlineCompletions");
        }
      });
  }

  dispose(): void {
    this.#item.dispose();
  }
}
