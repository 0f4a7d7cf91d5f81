// "EdgeQuake: Get Started": offers what was found, and the ways to have more. Choosing something makes it the model in
// use; nothing is set behind anybody's back.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { sourceText } from "../models/model-items.ts";
import { type Detected, detect } from "./detect.ts";

const WALKTHROUGH = "edgequake.edgequake#edgequake.start";

interface Offer extends vscode.QuickPickItem {
  run?(): unknown;
}

export async function getStarted(models: ModelChoice, client: () => Promise<Client>): Promise<void> {
  const found = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Looking for models") },
    async () => detect(await client()),
  );
  const chosen = await vscode.window.showQuickPick(offers(found, models), {
    title: vscode.l10n.t("Get Started"),
    placeHolder: vscode.l10n.t("What should EdgeQuake talk to?"),
    matchOnDetail: true,
  });
  await chosen?.run?.();
}

function offers({ servers, keys, editor }: Detected, models: ModelChoice): Offer[] {
  const heading = (label: string): Offer => ({ label, kind: vscode.QuickPickItemKind.Separator });
  const use = async (model: string): Promise<void> => {
    await models.choose(model);
    await vscode.commands.executeCommand("edgequake.chat.focus");
  };
  const pickOf = async (provider: string): Promise<void> => {
    models.reconsider();
    const model = await models.pick({ title: vscode.l10n.t("Select Model"), placeholder: provider });
    if (model !== undefined) await use(model);
  };
  return [
    ...(servers.length + keys.length + editor.length > 0 ? [heading(vscode.l10n.t("found here"))] : []),
    ...servers.map(({ label, address, models: all }) => ({
      label: `$(server-process) ${label}`,
      description: address,
      detail: vscode.l10n.t("runs on this machine, no key needed: {0}", all.slice(0, 4).join(", ")),
      run: () => use(all[0] as string),
    })),
    ...keys.map(({ id, label, key_source, key_env }) => ({
      label: `$(key) ${label}`,
      detail: vscode.l10n.t("there is a key from {0}", sourceText(key_source, key_env[0])),
      run: () => pickOf(id),
    })),
    ...editor.slice(0, 8).map((model) => ({
      label: `$(vscode) ${model}`,
      detail: vscode.l10n.t("a model VS Code already has"),
      run: () => use(model),
    })),
    heading(vscode.l10n.t("more ways")),
    {
      label: `$(key) ${vscode.l10n.t("Set an API key…")}`,
      detail: vscode.l10n.t(
        "OpenAI, Anthropic, Google, Mistral and others; kept in VS Code's secret storage",
      ),
      run: () => vscode.commands.executeCommand("edgequake.setApiKey"),
    },
    {
      label: `$(vm) ${vscode.l10n.t("Run a model on this machine…")}`,
      detail: vscode.l10n.t("with Ollama, LM Studio or llama.cpp: nothing leaves it"),
      run: () => vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false),
    },
    {
      label: `$(book) ${vscode.l10n.t("Open the walkthrough")}`,
      run: () => vscode.commands.executeCommand("workbench.action.openWalkthrough", WALKTHROUGH, false),
    },
    {
      label: `$(beaker) ${vscode.l10n.t("Try without any provider")}`,
      detail: vscode.l10n.t("mock/echo repeats what you say; nothing is sent"),
      run: () => use("mock/echo"),
    },
  ];
}
