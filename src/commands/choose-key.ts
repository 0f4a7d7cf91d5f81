// Which of a provider's keys a model uses: the active one, or one by name.

import * as vscode from "vscode";
import type { ModelKeys } from "../keys/model-keys.ts";
import type { Secrets } from "../secrets.ts";

export async function chooseKey(
  { secrets, keys }: { secrets: Secrets; keys: ModelKeys },
  model: string,
): Promise<void> {
  const provider = model.split("/", 1)[0] ?? "";
  const ring = await secrets.list(provider);
  const active = vscode.l10n.t("The active key");
  const set = vscode.l10n.t("Set API Key…");
  if (ring.length === 0) {
    await vscode.commands.executeCommand("edgequake.setApiKey", provider);
    return;
  }
  const chosen = keys.of(model);
  const answer = await vscode.window.showQuickPick(
    [
      {
        label: active,
        description: ring.find((key) => key.active)?.name ?? "",
        detail: chosen === undefined ? vscode.l10n.t("in use") : "",
        name: undefined,
      },
      ...ring.map(({ name, origin }) => ({
        label: `$(key) ${name}`,
        description: origin,
        detail: name === chosen ? vscode.l10n.t("in use") : "",
        name,
      })),
      { label: "", kind: vscode.QuickPickItemKind.Separator, name: undefined },
      { label: `$(add) ${set}`, name: undefined },
    ],
    { title: vscode.l10n.t("Key for {0}", model) },
  );
  if (answer === undefined) return;
  if (answer.label.endsWith(set)) await vscode.commands.executeCommand("edgequake.setApiKey", provider);
  else await keys.choose(model, answer.name);
}
