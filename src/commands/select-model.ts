// "EdgeQuake: Select Model": what the configured providers list, the built-in models, or any model string typed.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelsResult } from "../../server/protocol/results.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf, plainText } from "../plain-text.ts";

interface ModelItem extends vscode.QuickPickItem {
  model?: string;
}

export async function selectModel(models: ModelChoice, client: () => Promise<Client>): Promise<void> {
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = vscode.l10n.t("Select Model");
  pick.placeholder = vscode.l10n.t("Choose a model, or type provider/model");
  pick.matchOnDescription = true;
  pick.busy = true;
  // What is known at once; providers may take their time.
  let listed = itemsOf({ models: [], problems: [] }, models.known()?.model);
  const show = (): void => {
    const typed = pick.value.trim();
    const known = typed === "" || listed.some((item) => item.model === typed);
    const own: ModelItem[] = known
      ? []
      : [{ label: typed, model: typed, description: vscode.l10n.t("use this model") }];
    // A full model string is meant; a word is searched for first.
    pick.items = typed.includes("/") ? [...own, ...listed] : [...listed, ...own];
  };
  pick.onDidChangeValue(show);
  pick.onDidAccept(() => {
    const model = pick.selectedItems[0]?.model;
    if (model === undefined) return;
    pick.hide();
    void models.choose(model);
  });
  pick.onDidHide(() => pick.dispose());
  show();
  pick.show();
  try {
    const answer = await (await client()).request("edgequake/models", {});
    listed = itemsOf(answer, (await models.inUse()).model);
  } catch (error) {
    const detail = plainText(messageOf(error as Error));
    listed = [...listed, { label: vscode.l10n.t("The models could not be listed"), detail }];
  }
  pick.busy = false;
  show();
}

function itemsOf({ models, problems }: ModelsResult, current: string | undefined): ModelItem[] {
  const item = (model: string): ModelItem => ({
    label: model,
    model,
    ...(model === current ? { description: vscode.l10n.t("in use") } : {}),
  });
  const names = models.filter((entry) => entry.mode !== "embedding").map((entry) => entry.model);
  return [
    ...[...new Set(current === undefined ? names : [current, ...names])].map(item),
    ...(problems.length > 0
      ? [{ label: vscode.l10n.t("Not answering"), kind: vscode.QuickPickItemKind.Separator }]
      : []),
    ...problems.map(({ provider, message }) => ({
      label: provider,
      detail: plainText(messageOf({ message })),
    })),
  ];
}
