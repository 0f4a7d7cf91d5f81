// What Get Started offers, as lines of a list: what was found first, then the ways to have more. A line names what it
// does; none is there that leads nowhere.

import * as vscode from "vscode";
import { sourceText } from "../models/model-items.ts";
import type { Detected } from "./detect.ts";

export interface OfferActions {
  use(model: string): unknown;
  /** Lets a person choose among a provider's models. */
  pickOf(provider: string, label: string): unknown;
  again(): unknown;
}
export interface Offer extends vscode.QuickPickItem {
  run?(): unknown;
}

export const WALKTHROUGH = "edgequake.edgequake#edgequake.start";
/** More would hide what stands below them. */
const MOST_NAMES = 4;
const MOST_EDITOR_MODELS = 6;

export function offers(found: Detected, actions: OfferActions): Offer[] {
  const here = [...servers(found, actions), ...keys(found, actions), ...editor(found, actions)];
  const heading = (label: string): Offer => ({ label, kind: vscode.QuickPickItemKind.Separator });
  return [
    ...(here.length > 0 ? [heading(vscode.l10n.t("found here")), ...here] : []),
    heading(vscode.l10n.t("more ways")),
    ...moreWays(actions),
  ];
}

function servers({ servers: all }: Detected, { use, pickOf }: OfferActions): Offer[] {
  return all.map(({ provider, label, address, models: [first, ...others] }) => ({
    label: `$(server-process) ${label}`,
    description: address,
    ...(first === undefined
      ? { detail: vscode.l10n.t("runs, but has no model yet: see how to get one"), run: walkthrough("local") }
      : {
          detail: freeOf(namesOf([first, ...others], provider)),
          run: () => (others.length === 0 ? use(first) : pickOf(provider, label)),
        }),
  }));
}

/** Over SSH, in WSL, in a container and in a browser "here" is not the machine one sits at. */
function freeOf(names: string): string {
  return vscode.env.remoteName === undefined && vscode.env.uiKind === vscode.UIKind.Desktop
    ? vscode.l10n.t("runs on this machine, no key needed: {0}", names)
    : vscode.l10n.t("runs where your files are, no key needed: {0}", names);
}

function namesOf(models: readonly string[], provider: string): string {
  const names = models.slice(0, MOST_NAMES).map((model) => model.slice(provider.length + 1));
  const more = models.length - names.length;
  return more > 0 ? vscode.l10n.t("{0} and {1} more", names.join(", "), more) : names.join(", ");
}

function keys({ keys: all }: Detected, { pickOf }: OfferActions): Offer[] {
  return all.map(({ id, label, key_source, key_env }) => ({
    label: `$(key) ${label}`,
    detail: vscode.l10n.t("there is a key from {0}", sourceText(key_source, key_env[0])),
    run: () => pickOf(id, label),
  }));
}

function editor({ editor: all }: Detected, { use, pickOf }: OfferActions): Offer[] {
  const shown = all.slice(0, MOST_EDITOR_MODELS).map((model) => ({
    label: `$(vscode) ${model}`,
    detail: vscode.l10n.t("a model VS Code already has"),
    run: () => use(model),
  }));
  const more = all.length - shown.length;
  if (more <= 0) return shown;
  const label = `$(vscode) ${vscode.l10n.t("{0} more models that VS Code has…", more)}`;
  return [...shown, { label, run: () => pickOf("vscode", "VS Code") }];
}

function walkthrough(step?: string) {
  return () =>
    vscode.commands.executeCommand(
      "workbench.action.openWalkthrough",
      step === undefined ? WALKTHROUGH : { category: WALKTHROUGH, step },
      false,
    );
}

function moreWays({ use, again }: OfferActions): Offer[] {
  return [
    {
      label: `$(key) ${vscode.l10n.t("Set an API key…")}`,
      detail: vscode.l10n.t("OpenAI, Anthropic, Google, Mistral and others; VS Code keeps it secret"),
      run: () => vscode.commands.executeCommand("edgequake.setApiKey"),
    },
    {
      label: `$(vm) ${vscode.l10n.t("Run a model on this machine…")}`,
      detail: vscode.l10n.t("with Ollama, LM Studio or llama.cpp: nothing leaves it"),
      run: walkthrough("local"),
    },
    {
      label: `$(beaker) ${vscode.l10n.t("Try without any provider")}`,
      detail: vscode.l10n.t("mock/echo repeats what you say; nothing is sent"),
      run: () => use("mock/echo"),
    },
    { label: `$(refresh) ${vscode.l10n.t("Look again")}`, run: again },
    { label: `$(book) ${vscode.l10n.t("Open the walkthrough")}`, run: walkthrough() },
  ];
}
