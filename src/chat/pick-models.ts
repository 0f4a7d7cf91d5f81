// Chooses models for one question: one to answer it again, or two to four to answer side by side.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelEntry } from "../../server/protocol/results.ts";
import { messageOf, plainText } from "../plain-text.ts";

interface ModelItem extends vscode.QuickPickItem {
  model?: string;
}

export const MOST_SIDE_BY_SIDE = 4;

/** undefined = nothing was chosen. */
export async function pickModel(
  client: () => Promise<Client>,
  current: string | null,
): Promise<string | undefined> {
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = vscode.l10n.t("Answer Again With");
  const chosen = await choose(pick, client, current === null ? [] : [current]);
  return chosen?.[0];
}

/** [] = no longer side by side; undefined = as it was. */
export async function pickModels(
  client: () => Promise<Client>,
  current: readonly string[],
): Promise<string[] | undefined> {
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = vscode.l10n.t("Side by Side: Choose 2 to {0} Models", MOST_SIDE_BY_SIDE);
  pick.canSelectMany = true;
  // The chat is shown first, and its page takes the focus when it is there.
  pick.ignoreFocusOut = true;
  for (;;) {
    const chosen = await choose(pick, client, current);
    if (!chosen || chosen.length === 0 || (chosen.length > 1 && chosen.length <= MOST_SIDE_BY_SIDE))
      return chosen;
    const again = await vscode.window.showWarningMessage(
      vscode.l10n.t("{0} models are chosen; side by side are 2 to {1}.", chosen.length, MOST_SIDE_BY_SIDE),
      vscode.l10n.t("Choose Again"),
    );
    if (again === undefined) return undefined;
    return pickModels(client, chosen);
  }
}

function choose(
  pick: vscode.QuickPick<ModelItem>,
  client: () => Promise<Client>,
  current: readonly string[],
): Promise<string[] | undefined> {
  const { promise, resolve } = Promise.withResolvers<string[] | undefined>();
  pick.placeholder = vscode.l10n.t("Choose, or type provider/model");
  pick.matchOnDescription = true;
  pick.busy = true;
  let listed: ModelItem[] = current.map((model) => ({ label: model, model }));
  const chosen = new Set(current);
  const show = (): void => {
    const typed = pick.value.trim();
    const known = !typed.includes("/") || listed.some(({ model }) => model === typed);
    const own = known ? [] : [{ label: typed, model: typed, alwaysShow: true }];
    pick.items = [...own, ...listed];
    if (pick.canSelectMany) pick.selectedItems = pick.items.filter(({ model }) => model && chosen.has(model));
  };
  pick.onDidChangeValue(show);
  pick.onDidChangeSelection((items) => {
    if (!pick.canSelectMany) return;
    const now = new Set(items.map(({ model }) => model));
    for (const { model } of pick.items) {
      if (model === undefined) continue;
      if (!now.has(model)) chosen.delete(model);
      else {
        chosen.add(model);
        // What was typed stays in the list when something else is typed.
        if (!listed.some((item) => item.model === model)) listed = [{ label: model, model }, ...listed];
      }
    }
  });
  pick.onDidAccept(() => {
    const items = pick.selectedItems.flatMap(({ model }) => (model === undefined ? [] : [model]));
    resolve(pick.canSelectMany ? [...chosen] : items);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
    pick.dispose();
  });
  show();
  pick.show();
  void listModels(client).then((models) => {
    const names = new Set(listed.map(({ model }) => model));
    listed = [...listed, ...models.filter(({ model }) => !names.has(model))];
    pick.busy = false;
    show();
  });
  return promise;
}

async function listModels(client: () => Promise<Client>): Promise<ModelItem[]> {
  try {
    const { models } = await (await client()).request("edgequake/models", { details: true });
    return models.filter(({ mode }) => mode !== "embedding").map(itemOf);
  } catch (error) {
    const detail = plainText(messageOf(error as Error));
    return [{ label: vscode.l10n.t("The models could not be listed"), detail }];
  }
}

function itemOf({ model, details }: ModelEntry): ModelItem {
  const million = (price: number): string => `$${Number((price * 1_000_000).toPrecision(3))}`;
  const {
    max_input_tokens: context,
    input_cost_per_token: input,
    output_cost_per_token: output,
  } = details ?? {};
  const facts = [
    context ? vscode.l10n.t("{0}k context", Math.round(context / 1_000)) : "",
    input != null && output != null
      ? vscode.l10n.t("{0} / {1} per 1M tokens", million(input), million(output))
      : "",
  ];
  return { label: model, model, description: facts.filter(Boolean).join(" · ") };
}
