// What can be done about a provider that does not answer: a line of a list that says so is no dead end.

import * as vscode from "vscode";
import type { ProviderStatus } from "../../server/protocol/results.ts";
import { takesKey } from "../keys/takes-key.ts";
import { WALKTHROUGH } from "../onboarding/offers.ts";

/** Walked through in words how to start one. */
const LOCAL = new Set(["ollama", "lm_studio", "llamacpp"]);

export async function silentProvider(provider: ProviderStatus): Promise<void> {
  const { id, label } = provider;
  const run = (command: string, argument: unknown) => () => vscode.commands.executeCommand(command, argument);
  const items = [
    {
      label: `$(pulse) ${vscode.l10n.t("Diagnose")}`,
      detail: vscode.l10n.t("Tries the way to {0} step by step, and tells where it ends", label),
      run: run("edgequake.diagnose", id),
    },
    ...(LOCAL.has(id)
      ? [
          {
            label: `$(vm) ${vscode.l10n.t("Run a model on this machine…")}`,
            run: run("workbench.action.openWalkthrough", { category: WALKTHROUGH, step: "local" }),
          },
        ]
      : []),
    ...(takesKey(provider)
      ? [{ label: `$(key) ${vscode.l10n.t("Set API Key…")}`, run: run("edgequake.setApiKey", id) }]
      : []),
  ];
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("{0} does not answer", label),
  });
  await chosen?.run();
}
