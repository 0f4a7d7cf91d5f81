// "EdgeQuake: Show Configuration": which layer won for every value, as a document to read. Never a key.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";

export const CONFIGURATION_SCHEME = "edgequake-configuration";

/** Made anew each time it is shown. */
export class ConfigurationDocument implements vscode.TextDocumentContentProvider {
  readonly #client: () => Promise<Client>;
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #uri = vscode.Uri.parse(`${CONFIGURATION_SCHEME}:EdgeQuake%20configuration.md`);

  constructor(client: () => Promise<Client>) {
    this.#client = client;
  }

  async provideTextDocumentContent(): Promise<string> {
    const { configurationText } = await import("../setup.ts");
    return configurationText(await (await this.#client()).request("edgequake/providers"));
  }

  async show(): Promise<void> {
    this.#changed.fire(this.#uri);
    const document = await vscode.workspace.openTextDocument(this.#uri);
    await vscode.window.showTextDocument(document, { preview: true });
  }

  dispose(): void {
    this.#changed.dispose();
  }
}
