// Choosing a model: favourites first, what the providers list, or any model string typed. Opens at once with what is
// known, and fills up.

import * as vscode from "vscode";
import { silentProvider } from "../commands/silent-provider.ts";
import { messageOf, plainText } from "../plain-text.ts";
import type { ModelChoice } from "./model-choice.ts";
import { type ModelButton, type ModelItem, modelItems, NO_LINE, steadyLines } from "./model-items.ts";
import { listOf } from "./model-list.ts";

export interface PickOptions {
  title?: string | undefined;
  placeholder?: string | undefined;
  /** Only models of this provider; what is typed is one of its. */
  provider?: string | undefined;
}

/** undefined: nothing was chosen. */
export function pickModel(models: ModelChoice, options: PickOptions = {}): Promise<string | undefined> {
  const { lists, favourites } = models;
  const { provider } = options;
  const ours = (model: string): boolean => provider === undefined || model.startsWith(`${provider}/`);
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = options.title ?? vscode.l10n.t("Select Model");
  pick.placeholder = options.placeholder ?? vscode.l10n.t("Choose a model, or type provider/model");
  pick.matchOnDescription = true;
  pick.busy = true;
  const lines = steadyLines();
  let failure: ModelItem[] = [];
  const show = (): void => {
    const current = models.known()?.model;
    const listed = modelItems(provider === undefined ? lists.last : listOf(lists.last, provider), {
      favourites: favourites.all().filter(ours),
      current: current !== undefined && ours(current) ? current : undefined,
      actions: ["star"],
    });
    const value = pick.value.trim();
    const typed = value === "" || ours(value) ? value : `${provider}/${value}`;
    const known = typed === "" || listed.some((item) => item.model === typed);
    // A full model string is meant, and goes first; a word is searched for first. Each place is always taken.
    const own: ModelItem = known
      ? NO_LINE
      : { label: typed, model: typed, typed: true, description: vscode.l10n.t("use this model") };
    const whole = typed.includes("/");
    pick.items = lines.arrange([whole ? own : NO_LINE, ...listed, ...failure, whole ? NO_LINE : own]);
  };
  const settle = Promise.withResolvers<string | undefined>();
  pick.onDidChangeValue(show);
  pick.onDidTriggerItemButton(async ({ item, button }) => {
    if ((button as ModelButton).action !== "star" || item.model === undefined) return;
    await favourites.toggle(item.model);
    show();
  });
  pick.onDidAccept(() => {
    const { model, silent } = pick.selectedItems[0] ?? {};
    if (model === undefined && !silent) return;
    settle.resolve(model);
    pick.hide();
    if (silent) void silentProvider(silent);
  });
  pick.onDidHide(() => {
    settle.resolve(undefined);
    pick.dispose();
  });
  show();
  pick.show();
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
  return settle.promise;
}
