// "EdgeQuake: Remove API Key": of all keys in VS Code's secret storage one is chosen and forgotten.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { Secrets } from "../secrets.ts";
import { removeKey } from "./remove-key.ts";

export async function removeApiKey(
  secrets: Secrets,
  models: ModelChoice,
  client: () => Promise<Client>,
): Promise<void> {
  const { providers } = await (await client()).request("edgequake/providers");
  const rings = await Promise.all(
    providers.map(async ({ id, label }) =>
      (await secrets.list(id)).map(({ name, origin, active }) => ({
        label: `$(key) ${label}: ${name}`,
        description: active ? vscode.l10n.t("active") : "",
        detail: origin,
        provider: { id, label },
        name,
      })),
    ),
  );
  const items = rings.flat();
  if (items.length === 0) {
    await vscode.window.showInformationMessage(
      vscode.l10n.t(
        "VS Code's secret storage holds no key of EdgeQuake. Keys of the environment and of config.toml are removed there.",
      ),
    );
    return;
  }
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Remove API Key"),
    placeHolder: vscode.l10n.t("Which key is to be forgotten?"),
  });
  if (!chosen) return;
  if (await removeKey(secrets, chosen.provider, chosen.name)) models.reconsider();
}
