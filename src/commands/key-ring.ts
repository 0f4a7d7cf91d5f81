// A provider's keys by name: one is chosen to be used, replaced or removed, or a name is given for another one.

import * as vscode from "vscode";
import type { ModelChoice } from "../models/model-choice.ts";
import type { KeyEntry, Secrets } from "../secrets.ts";
import { removeKey } from "./remove-key.ts";

/** The name of the key to set; undefined: nothing is to be set, or something else was done. */
export async function chooseName(
  { secrets, models }: { secrets: Secrets; models: ModelChoice },
  { id, label }: { id: string; label: string },
  ring: readonly KeyEntry[],
): Promise<string | undefined> {
  const use = { iconPath: new vscode.ThemeIcon("check"), tooltip: vscode.l10n.t("Use this key") };
  const remove = { iconPath: new vscode.ThemeIcon("trash"), tooltip: vscode.l10n.t("Remove this key") };
  const another = vscode.l10n.t("Add another key…");
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { name?: string }>();
  pick.title = vscode.l10n.t("Keys for {0}", label);
  pick.placeholder = vscode.l10n.t("Choose one to use, replace or remove");
  pick.items = [
    ...ring.map(({ name, origin, active }) => ({
      label: `$(key) ${name}`,
      description: active ? vscode.l10n.t("active") : "",
      detail: origin,
      name,
      buttons: active ? [remove] : [use, remove],
    })),
    { label: `$(add) ${another}` },
  ];
  const settle = Promise.withResolvers<
    { name: string | undefined; action: "open" | "use" | "remove" } | undefined
  >();
  pick.onDidTriggerItemButton(({ item: { name }, button }) =>
    settle.resolve({ name, action: button === remove ? "remove" : "use" }),
  );
  pick.onDidAccept(() => settle.resolve({ name: pick.selectedItems[0]?.name, action: "open" }));
  pick.onDidHide(() => settle.resolve(undefined));
  pick.show();
  const chosen = await settle.promise;
  pick.dispose();
  if (!chosen) return undefined;
  const { name } = chosen;
  if (name === undefined) return askName(ring);
  const action = chosen.action === "open" ? await chooseAction(name) : chosen.action;
  if (action === "replace") return name;
  if (action === "use") await secrets.activate(id, name);
  if (action === "remove") await removeKey(secrets, { id, label }, name);
  if (action !== undefined) models.reconsider();
  return undefined;
}

async function chooseAction(name: string): Promise<"use" | "replace" | "remove" | undefined> {
  const answer = await vscode.window.showQuickPick(
    [
      { label: `$(check) ${vscode.l10n.t("Use this key")}`, action: "use" as const },
      { label: `$(edit) ${vscode.l10n.t("Replace it")}`, action: "replace" as const },
      { label: `$(trash) ${vscode.l10n.t("Remove this key")}`, action: "remove" as const },
    ],
    { title: name },
  );
  return answer?.action;
}

function askName(ring: readonly KeyEntry[]): Thenable<string | undefined> {
  return vscode.window
    .showInputBox({
      title: vscode.l10n.t("Name of the key"),
      prompt: vscode.l10n.t('To tell your keys apart, like "work" or "private"'),
      ignoreFocusOut: true,
      validateInput: (value) => {
        if (value.trim() === "") return vscode.l10n.t("The name is empty.");
        return ring.some(({ name }) => name === value.trim())
          ? vscode.l10n.t("There is a key of this name.")
          : undefined;
      },
    })
    .then((name) => name?.trim());
}
