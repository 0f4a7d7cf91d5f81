// "EdgeQuake: Set API Key": into VS Code's secret storage, bound to the address it is for. Nothing is echoed.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { Source } from "../../server/protocol/results.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { notificationText } from "../plain-text.ts";
import { keyProblem, type Secrets } from "../secrets.ts";

export async function setApiKey(
  secrets: Secrets,
  models: ModelChoice,
  client: () => Promise<Client>,
): Promise<void> {
  const { providers } = await (await client()).request("edgequake/providers");
  const items = providers
    .filter(({ id, api_base }) => id !== "mock" && api_base !== null)
    .map(({ id, label, api_base, key_source }) => ({
      label,
      description: api_base ?? "",
      detail:
        key_source === "none"
          ? vscode.l10n.t("no key")
          : vscode.l10n.t("the key in use comes from {0}", sourceName(key_source)),
      id,
      origin: URL.parse(api_base ?? "")?.origin ?? "",
    }));
  const provider = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Set API Key"),
    placeHolder: vscode.l10n.t("Whose key?"),
  });
  if (!provider) return;
  const pasted = await vscode.window.showInputBox({
    title: vscode.l10n.t("API key for {0}", provider.label),
    prompt: vscode.l10n.t(
      "Kept in VS Code's secret storage and sent to {0} only. Where this system has no keyring it lasts until VS Code closes; an empty box removes the stored key.",
      provider.origin,
    ),
    password: true,
    ignoreFocusOut: true,
    validateInput: (value) => (value.trim() === "" ? undefined : keyProblem(value)),
  });
  if (pasted === undefined) return;
  try {
    if (pasted.trim() === "") await secrets.remove(provider.id);
    else await secrets.store(provider.id, pasted, provider.origin);
  } catch (error) {
    await vscode.window.showErrorMessage(
      vscode.l10n.t(
        "The secret storage refused: {0}. Set the key as an environment variable instead, or in config.toml.",
        notificationText((error as Error).message),
      ),
    );
    return;
  }
  models.reconsider();
  vscode.window.setStatusBarMessage(
    pasted.trim() === ""
      ? vscode.l10n.t("EdgeQuake: key for {0} removed", provider.label)
      : vscode.l10n.t("EdgeQuake: key for {0} stored", provider.label),
    4_000,
  );
}

function sourceName(source: Source): string {
  if (source === "secret") return vscode.l10n.t("VS Code's secret storage");
  if (source === "environment") return vscode.l10n.t("an environment variable");
  return source;
}
