// Chooses the two to four models that answer side by side. What is typed can be one of them too.

import * as vscode from "vscode";
import type { ModelChoice } from "../models/model-choice.ts";
import { type ModelItem, modelItems, NO_LINE, steadyLines } from "../models/model-items.ts";
import { messageOf, plainText } from "../plain-text.ts";

export const MOST_SIDE_BY_SIDE = 4;
/** Those that are chosen, and the one that is typed. */
const OWN_PLACES = MOST_SIDE_BY_SIDE + 1;

/** [] = no longer side by side; undefined = as it was. */
export async function pickSideBySide(
  models: ModelChoice,
  current: readonly string[],
): Promise<string[] | undefined> {
  const chosen = await choose(models, current);
  if (!chosen || chosen.length === 0) return chosen;
  if (chosen.length > 1 && chosen.length <= MOST_SIDE_BY_SIDE) return chosen;
  const again = vscode.l10n.t("Choose Again");
  const answer = await vscode.window.showWarningMessage(
    vscode.l10n.t("Chosen: {0}. Side by side are 2 to {1} models.", chosen.length, MOST_SIDE_BY_SIDE),
    again,
  );
  return answer === again ? pickSideBySide(models, chosen) : undefined;
}

function choose(models: ModelChoice, current: readonly string[]): Promise<string[] | undefined> {
  const { lists, favourites } = models;
  const { promise, resolve } = Promise.withResolvers<string[] | undefined>();
  const pick = vscode.window.createQuickPick<ModelItem>();
  pick.title = vscode.l10n.t("Compare Models: Choose 2 to {0}", MOST_SIDE_BY_SIDE);
  pick.placeholder = vscode.l10n.t("Choose, or type provider/model");
  pick.canSelectMany = true;
  // Something else may take the focus; what was chosen so far stays.
  pick.ignoreFocusOut = true;
  pick.busy = true;
  const chosen = new Set(current);
  const lines = steadyLines();
  /** What is in no list: each has a place of its own before the others, taken or not. */
  const own: string[] = [];
  let failure: ModelItem[] = [];
  /** The list is being filled: what it says is selected is not what a person did. */
  let filling = false;
  const select = (): void => {
    pick.selectedItems = pick.items.filter(
      ({ model, kind }) => model !== undefined && kind === undefined && chosen.has(model),
    );
  };
  const show = (): void => {
    const listed = modelItems(lists.last, {
      favourites: favourites.all(),
      current: models.known()?.model,
      actions: [],
    });
    const names = new Set(listed.map(({ model }) => model));
    const typed = pick.value.trim();
    for (const model of [...chosen, ...(typed.includes("/") ? [typed] : [])]) {
      if (names.has(model) || own.includes(model)) continue;
      // What was typed and chosen stays in the list when something else is typed.
      const free = own.findIndex((one) => !chosen.has(one));
      own.splice(free < 0 ? own.length : free, 1, model);
    }
    const places = Array.from({ length: Math.max(OWN_PLACES, own.length) }, (_, place): ModelItem => {
      const model = own[place];
      if (model === undefined || names.has(model) || !(chosen.has(model) || model === typed)) return NO_LINE;
      return { label: model, model, typed: !chosen.has(model) };
    });
    filling = true;
    pick.items = lines.arrange([...places, ...listed, ...failure]);
    select();
    filling = false;
  };
  pick.onDidChangeValue(show);
  pick.onDidChangeSelection((items) => {
    if (filling) return;
    chosen.clear();
    for (const { model } of items) if (model !== undefined) chosen.add(model);
    // Of the list before: it is to be seen in this one too.
    if (items.some(({ kind }) => kind !== undefined)) select();
  });
  pick.onDidAccept(() => {
    resolve([...chosen]);
    pick.hide();
  });
  pick.onDidHide(() => {
    resolve(undefined);
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
  return promise;
}
