// What a line of Manage Models does when it is chosen: everything its buttons do, and more, by keyboard.

import * as vscode from "vscode";
import { takesKey } from "../keys/takes-key.ts";
import { testModel } from "../models/test-model.ts";
import { chooseKey } from "./choose-key.ts";
import type { ManageModels } from "./manage-models.ts";

interface Action extends vscode.QuickPickItem {
  /** false: the list of models does not come back. */
  run(): Promise<boolean>;
}

/** Whether the list of models is to come back. `tested` gets what a test said. */
export async function actOnModel(
  parts: ManageModels,
  model: string,
  tested: Map<string, string>,
): Promise<boolean> {
  const { models } = parts;
  const starred = models.favourites.has(model);
  const provider = models.lists.last.providers.get(model.split("/", 1)[0] ?? "");
  const actions: Action[] = [
    {
      label: `$(comment-discussion) ${vscode.l10n.t("Use in the chat")}`,
      run: async () => {
        await models.choose(model);
        return false;
      },
    },
    {
      label: starred
        ? `$(star-full) ${vscode.l10n.t("Remove from favourites")}`
        : `$(star-empty) ${vscode.l10n.t("Add to favourites")}`,
      run: async () => {
        await models.favourites.toggle(model);
        return true;
      },
    },
    {
      label: `$(beaker) ${vscode.l10n.t("Test with a small call")}`,
      run: async () => {
        await test(parts, model, tested);
        return true;
      },
    },
    ...(takesKey(provider)
      ? [
          {
            label: `$(key) ${vscode.l10n.t("Choose its key")}`,
            run: async () => {
              await chooseKey(parts, model);
              return true;
            },
          },
        ]
      : []),
    {
      label: `$(pulse) ${vscode.l10n.t("Diagnose")}`,
      run: async () => {
        await vscode.commands.executeCommand("edgequake.diagnose", model);
        return false;
      },
    },
  ];
  const answer = await vscode.window.showQuickPick(actions, { title: model });
  // Escape leads back to where one came from.
  return answer === undefined || answer.run();
}

async function test({ client }: ManageModels, model: string, tested: Map<string, string>): Promise<void> {
  await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Notification,
      title: vscode.l10n.t("Testing {0}", model),
      cancellable: true,
    },
    async (_, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      tested.set(model, (await testModel(client(), model, stop.signal)).text);
    },
  );
}
