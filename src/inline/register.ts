// Turns inline completions on and off with their settings. Off is the default, and off means: nothing registered.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";

const SECTION = "edgequake.inlineCompletions";

export class InlineSwitch implements vscode.Disposable {
  readonly #client: () => Promise<Client>;
  readonly #log: (message: string) => void;
  readonly #subscriptions: vscode.Disposable[];
  /** Which settings hold: what was loaded for earlier ones is not registered any more. */
  #settled = 0;
  #on: vscode.Disposable | undefined;

  constructor(client: () => Promise<Client>, log: (message: string) => void) {
    this.#client = client;
    this.#log = log;
    this.#subscriptions = [
      vscode.workspace.onDidChangeConfiguration((event) => {
        if (event.affectsConfiguration("edgequake")) this.reconsider();
      }),
    ];
    void this.#settle();
  }

  /** A setting or a key is another: what failed for its sake is tried again. */
  reconsider(): void {
    void this.#settle();
  }

  async toggle(): Promise<void> {
    const settings = vscode.workspace.getConfiguration(SECTION);
    const on = settings.get<unknown>("enable") !== true;
    await settings.update("enable", on, vscode.ConfigurationTarget.Global);
    vscode.window.setStatusBarMessage(
      on
        ? vscode.l10n.t("EdgeQuake: inline completions on")
        : vscode.l10n.t("EdgeQuake: inline completions off"),
      4_000,
    );
  }

  dispose(): void {
    this.#settled = -1;
    this.#on?.dispose();
    for (const one of this.#subscriptions) one.dispose();
  }

  async #settle(): Promise<void> {
    const settled = ++this.#settled;
    this.#on?.dispose();
    this.#on = undefined;
    const settings = vscode.workspace.getConfiguration(SECTION);
    const model: unknown = settings.get("model");
    if (settings.get<unknown>("enable") !== true || typeof model !== "string" || model.trim() === "") return;
    const { InlineCompletions, InlineStatus } = await import("./on-demand.ts");
    if (settled !== this.#settled) return;
    const status = new InlineStatus(model.trim(), this.#log);
    const provider = new InlineCompletions(this.#client, model.trim(), status);
    const registered = vscode.languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider);
    this.#on = new vscode.Disposable(() => {
      registered.dispose();
      provider.cancel();
      status.dispose();
    });
  }
}
