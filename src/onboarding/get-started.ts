// "EdgeQuake: Get Started": offers what was found, and the ways to have more. Choosing something makes it the model in
// use; nothing is set behind anybody's back.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { type Detected, detect } from "./detect.ts";
import { offers } from "./offers.ts";

export async function getStarted(models: ModelChoice, client: () => Promise<Client>): Promise<void> {
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Looking for models") },
    async () => detect(await client()),
  );
  const use = async (model: string): Promise<void> => {
    await models.choose(model);
    await vscode.commands.executeCommand("edgequake.openChat");
  };
  const pickOf = async (provider: string, label: string): Promise<void> => {
    models.reconsider();
    const model = await models.pick({
      title: vscode.l10n.t("Select Model"),
      placeholder: vscode.l10n.t("Choose a model of {0}, or type its name", label),
      provider,
    });
    if (model !== undefined) await use(model);
  };
  const again = () => getStarted(models, client);
  const chosen = await vscode.window.showQuickPick(offers(found, { use, pickOf, again }), {
    title: vscode.l10n.t("Get Started"),
    placeHolder: isEmpty(found)
      ? vscode.l10n.t("No local server, no key and no model of VS Code was found. What would you like to do?")
      : vscode.l10n.t("What should EdgeQuake talk to?"),
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

function isEmpty({ servers, keys, editor }: Detected): boolean {
  return servers.length + keys.length + editor.length === 0;
}
