// "EdgeQuake: Manage Models": every model of every configured provider with what is known of it, stars, a small test
// call, and the way to its key. What the buttons do, Enter does too.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ProviderStatus } from "../../server/protocol/results.ts";
import type { ModelKeys } from "../keys/model-keys.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import {
  type ModelAction,
  type ModelButton,
  type ModelItem,
  modelItems,
  steadyLines,
} from "../models/model-items.ts";
import { testModel } from "../models/test-model.ts";
import { messageOf, plainText } from "../plain-text.ts";
import type { Secrets } from "../secrets.ts";
import { actOnModel } from "./act-on-model.ts";
import { chooseKey } from "./choose-key.ts";
import { silentProvider } from "./silent-provider.ts";

export interface ManageModels {
  models: ModelChoice;
  secrets: Secrets;
  keys: ModelKeys;
  client(): Promise<Client>;
}

const ACTIONS: readonly ModelAction[] = ["star", "test", "key"];

export async function manageModels(parts: ManageModels): Promise<void> {
  const tested = new Map<string, string>();
  let again = true;
  // What a model is to do is asked in a list of its own; then this one comes back.
  while (again) {
    const chosen = await listModels(parts, tested);
    if (chosen === undefined) return;
    if ("silent" in chosen) return silentProvider(chosen.silent);
    if (chosen.action === "key") await chooseKey(parts, chosen.model);
    else again = await actOnModel(parts, chosen.model, tested);
  }
}

type Chosen =
  /** `action`: what is asked for in a list of its own. */
  | { model: string; action?: "key" }
  /** Who does not answer. */
  | { silent: ProviderStatus };

/** undefined: it was closed. */
function listModels(parts: ManageModels, tested: Map<string, string>): Promise<Chosen | undefined> {
  const { models, keys, client } = parts;
  const { lists, favourites } = models;
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = vscode.l10n.t("Manage Models");
  pick.placeholder = vscode.l10n.t("Star, test, or choose a model for more");
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.keepScrollPosition = true;
  const refresh = { iconPath: new vscode.ThemeIcon("refresh"), tooltip: vscode.l10n.t("Refresh") };
  const addKey = { iconPath: new vscode.ThemeIcon("key"), tooltip: vscode.l10n.t("Set API Key") };
  pick.buttons = [refresh, addKey];
  const lines = steadyLines();
  let failure: ModelItem[] = [];
  let closed = false;
  const show = (): void => {
    if (closed) return;
    const active = pick.activeItems[0]?.model;
    const items = modelItems(lists.last, {
      favourites: favourites.all(),
      current: models.known()?.model,
      actions: ACTIONS,
      tested,
      keyOf: (model) => keys.of(model),
    });
    pick.items = lines.arrange([...items, ...failure]);
    const same = items.find(({ model }) => model !== undefined && model === active);
    if (same) pick.activeItems = [same];
  };
  const load = (): void => {
    pick.busy = true;
    failure = [];
    lists
      .get()
      .catch((error: Error) => {
        const detail = plainText(messageOf(error));
        failure = [{ label: vscode.l10n.t("The models could not be listed"), detail }];
      })
      .finally(() => {
        pick.busy = false;
        show();
      });
  };
  const settle = Promise.withResolvers<Chosen | undefined>();
  pick.onDidTriggerButton((button) => {
    if (button === addKey) {
      pick.hide();
      void vscode.commands.executeCommand("edgequake.setApiKey");
      return;
    }
    models.reconsider();
    load();
  });
  pick.onDidTriggerItemButton(async ({ item: { model }, button }) => {
    if (model === undefined) return;
    const { action } = button as ModelButton;
    if (action === "star") await favourites.toggle(model);
    else if (action === "key") {
      settle.resolve({ model, action });
      pick.hide();
    } else {
      tested.set(model, `$(loading~spin) ${vscode.l10n.t("testing…")}`);
      show();
      tested.set(model, (await testModel(client(), model)).text);
    }
    show();
  });
  pick.onDidAccept(() => {
    const { model, silent } = pick.selectedItems[0] ?? {};
    if (model !== undefined) settle.resolve({ model });
    else if (silent) settle.resolve({ silent });
    else return;
    pick.hide();
  });
  pick.onDidHide(() => {
    closed = true;
    settle.resolve(undefined);
    pick.dispose();
  });
  show();
  pick.show();
  load();
  return settle.promise;
}
