// Models as lines of a QuickPick: the name, what it can do and costs, where its key comes from; a star to keep it at the
// top, a flask to try it.

import * as vscode from "vscode";
import type { ProviderStatus, Source } from "../../server/protocol/results.ts";
import { takesKey } from "../keys/takes-key.ts";
import { messageOf, plainText } from "../plain-text.ts";
import { abilitiesText, contextText, priceText } from "./model-facts.ts";
import type { ModelList } from "./model-list.ts";
import { type ModelGroup, type ModelRow, modelGroups } from "./model-rows.ts";
import { SteadyLines } from "./steady-lines.ts";

export type ModelAction = "star" | "test" | "key";
export interface ModelButton extends vscode.QuickInputButton {
  action: ModelAction;
}
export interface ModelItem extends vscode.QuickPickItem {
  model?: string;
  /** Of a line that says who does not answer. */
  silent?: ProviderStatus;
  /** What stands in the box: its line is the same whatever that is. */
  typed?: boolean;
  buttons?: readonly ModelButton[];
}

/** Takes the place of a line that is not there now. */
export const NO_LINE: ModelItem = { label: "", kind: vscode.QuickPickItemKind.Separator };

/** Of one list, for as long as it is open. */
export function steadyLines(): SteadyLines<ModelItem> {
  return new SteadyLines<ModelItem>(
    ({ kind, typed, model, label }) => {
      if (kind === vscode.QuickPickItemKind.Separator) return undefined;
      return typed ? "" : (model ?? label);
    },
    // A separator that no line follows is not seen.
    ({ model, silent }) => ({
      ...NO_LINE,
      ...(model === undefined ? {} : { model }),
      ...(silent && { silent }),
    }),
  );
}

export interface ItemOptions {
  favourites: readonly string[];
  current: string | undefined;
  actions: readonly ModelAction[];
  /** What the last test of a model said. */
  tested?: ReadonlyMap<string, string>;
  /** Name of the key chosen for a model. */
  keyOf?(model: string): string | undefined;
}

export function modelItems(list: ModelList, options: ItemOptions): ModelItem[] {
  const groups = modelGroups(list.models, options.favourites, options.current);
  return [
    ...groups.flatMap((group) => [
      separator(group, list),
      ...group.models.map((row) => item(row, list, options)),
    ]),
    ...problems(list),
  ];
}

function separator({ kind, provider }: ModelGroup, { providers }: ModelList): ModelItem {
  const label =
    kind === "favourites"
      ? vscode.l10n.t("favourites")
      : kind === "current"
        ? vscode.l10n.t("in use")
        : provider === "router"
          ? vscode.l10n.t("router groups")
          : (providers.get(provider)?.label ?? provider);
  return { label, kind: vscode.QuickPickItemKind.Separator };
}

function item({ model, entry }: ModelRow, { providers }: ModelList, options: ItemOptions): ModelItem {
  const provider = model.split("/", 1)[0] ?? "";
  const status = providers.get(provider);
  const own = options.keyOf?.(model);
  // Beside the name what one chooses by; the rest below it, where a narrow list may cut it off.
  const facts = entry?.details ? [priceText(entry.details), contextText(entry.details)] : [];
  const details = [
    // What was asked for just now is not what a narrow list cuts off.
    ...(options.tested?.has(model) ? [options.tested.get(model) ?? ""] : []),
    ...(entry?.details ? abilitiesText(entry.details) : []),
    ...(status ? [keyText(status, own)] : []),
    // Before the first list has come nobody knows.
    ...(entry || providers.size === 0 ? [] : [vscode.l10n.t("not in the lists of the providers")]),
  ];
  const description = [...(model === options.current ? [vscode.l10n.t("in use")] : []), ...facts].join(" · ");
  return {
    label: model,
    model,
    description,
    ...(details.length > 0 ? { detail: details.join(" · ") } : {}),
    buttons: options.actions
      .filter((action) => action !== "key" || providers.size === 0 || takesKey(status))
      .map((action) => button(action, options.favourites.includes(model))),
  };
}

function button(action: ModelAction, starred: boolean): ModelButton {
  if (action === "star") {
    return {
      action,
      iconPath: new vscode.ThemeIcon(starred ? "star-full" : "star-empty"),
      tooltip: starred ? vscode.l10n.t("Remove from favourites") : vscode.l10n.t("Add to favourites"),
    };
  }
  return action === "test"
    ? { action, iconPath: new vscode.ThemeIcon("beaker"), tooltip: vscode.l10n.t("Test with a small call") }
    : { action, iconPath: new vscode.ThemeIcon("key"), tooltip: vscode.l10n.t("Choose its key") };
}

/** Sources, never a key. */
export function keyText({ key_source, key_required, key_env }: ProviderStatus, chosen?: string): string {
  if (key_source === "none") return key_required ? vscode.l10n.t("no key") : vscode.l10n.t("needs no key");
  const from = sourceText(key_source, key_env[0]);
  return chosen === undefined || key_source !== "secret"
    ? vscode.l10n.t("key from {0}", from)
    : vscode.l10n.t('key "{0}" from {1}', chosen, from);
}

export function sourceText(source: Source, variable?: string): string {
  if (source === "secret") return vscode.l10n.t("VS Code's secret storage");
  if (source === "environment")
    return variable === undefined
      ? vscode.l10n.t("the environment")
      : vscode.l10n.t("the environment ({0})", variable);
  return source === "config" ? vscode.l10n.t("the settings") : source;
}

function problems({ problems: all, providers }: ModelList): ModelItem[] {
  if (all.length === 0) return [];
  return [
    { label: vscode.l10n.t("Not answering"), kind: vscode.QuickPickItemKind.Separator },
    ...all.map(({ provider, message }) => {
      const silent = providers.get(provider);
      const label = `$(warning) ${silent?.label ?? provider}`;
      return { label, detail: plainText(messageOf({ message })), ...(silent ? { silent } : {}) };
    }),
  ];
}
