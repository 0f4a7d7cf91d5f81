// "EdgeQuake: Set API Key": into VS Code's secret storage, bound to the address it is for. Several for a provider, each
// with a name. Nothing is echoed; whether the provider takes it is asked at once.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ProviderStatus } from "../../server/protocol/results.ts";
import type { Keeping } from "../keys/keeping.ts";
import { takesKey } from "../keys/takes-key.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { keyText } from "../models/model-items.ts";
import { notificationText } from "../plain-text.ts";
import { type Secrets, UNNAMED } from "../secrets.ts";
import { askKey, keepingWarning } from "./ask-key.ts";
import { checkWithProvider } from "./check-with-provider.ts";
import { chooseName } from "./key-ring.ts";
import { openConfigToml } from "./open-config-toml.ts";

export interface SetApiKey {
  secrets: Secrets;
  models: ModelChoice;
  client(): Promise<Client>;
  /** Whether secrets outlive this VS Code. */
  keeping(): Promise<Keeping>;
}

/** Where a key is put, and to whom it may go. */
interface Place {
  provider: ProviderStatus;
  origin: string;
  name: string;
}

/** `wanted`: a provider's id. Whether a key was stored. */
export async function setApiKey(parts: SetApiKey, wanted?: string): Promise<boolean> {
  const { providers } = await (await parts.client()).request("edgequake/providers");
  const provider = await chooseProvider(providers.filter(takesKey), wanted);
  if (!provider) return false;
  const base = await addressOf(provider);
  if (base === undefined) return false;
  const ring = await parts.secrets.list(provider.id);
  const name = ring.length === 0 ? UNNAMED : await chooseName(parts, provider, ring);
  if (name === undefined) return false;
  return enter(parts, { provider, origin: URL.parse(base)?.origin ?? "", name });
}

async function enter(parts: SetApiKey, { provider, origin, name }: Place): Promise<boolean> {
  const { secrets, models } = parts;
  const pasted = await askKey(await parts.keeping(), provider, origin, name);
  if (pasted === undefined) return false;
  try {
    await secrets.store(provider.id, pasted, origin, name);
  } catch (error) {
    await refused(parts, error as Error);
    return false;
  }
  models.reconsider();
  await tellOutcome(parts, { provider, origin, name });
  // Looked for now, so that who talks to it is known before the first question.
  void models.inUse();
  return true;
}

async function chooseProvider(
  providers: readonly ProviderStatus[],
  wanted: string | undefined,
): Promise<ProviderStatus | undefined> {
  const known = providers.find(({ id }) => id === wanted);
  if (known) return known;
  const items = providers.map((provider) => ({
    label: provider.label,
    description: provider.api_base ?? vscode.l10n.t("an address of your own"),
    detail: keyText(provider),
    provider,
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Set API Key"),
    placeHolder: vscode.l10n.t("Whose key?"),
    matchOnDescription: true,
  });
  return chosen?.provider;
}

/** Of a server of one's own it is asked: an address that is new goes into the person's settings, as the key's home. */
async function addressOf({ id, label, api_base }: ProviderStatus): Promise<string | undefined> {
  if (api_base !== null && !/^https?:\/\/(?:localhost|127\.|\[::1\])/.test(api_base)) return api_base;
  const address = await vscode.window.showInputBox({
    title: vscode.l10n.t("Address of {0}", label),
    prompt: vscode.l10n.t(
      "With its /v1 where it has one. It is kept in your settings (edgequake.providers).",
    ),
    value: api_base ?? "",
    ignoreFocusOut: true,
    validateInput: (value) =>
      /^https?:$/.test(URL.parse(value.trim())?.protocol ?? "")
        ? undefined
        : vscode.l10n.t("Write it like http://localhost:8000/v1"),
  });
  if (address === undefined) return undefined;
  const apiBase = address.trim();
  if (apiBase === api_base) return apiBase;
  const settings = vscode.workspace.getConfiguration("edgequake");
  const all = settings.get<Record<string, object>>("providers", {});
  const changed = { ...all, [id]: { ...all[id], apiBase } };
  await settings.update("providers", changed, vscode.ConfigurationTarget.Global);
  return apiBase;
}

async function tellOutcome(parts: SetApiKey, place: Place): Promise<void> {
  const { label, id } = place.provider;
  const found = await checkWithProvider(parts.client, place.provider);
  if (!("refused" in found)) return tellKept(parts, place, found.text, found.doubtful);
  const again = vscode.l10n.t("Set Again");
  const remove = vscode.l10n.t("Remove");
  const text = vscode.l10n.t("{0} does not take this key: {1}", label, found.refused);
  const answer = await vscode.window.showWarningMessage(text, again, remove);
  if (answer === again) await enter(parts, place);
  if (answer !== remove) return;
  await parts.secrets.remove(id, place.name);
  parts.models.reconsider();
}

/** Where secrets are lost with the window, the ways that last are offered. */
async function tellKept(
  parts: SetApiKey,
  { provider }: Place,
  stored: string,
  doubtful: boolean,
): Promise<void> {
  const kept = await parts.keeping();
  const lost = kept === "lost" ? keepingWarning(kept) : undefined;
  const file = vscode.l10n.t("Open config.toml");
  const select = vscode.l10n.t("Select Model");
  // Somebody who tried without a provider has one now.
  const current = parts.models.known();
  const mock = current?.chosen === true && current.model.startsWith("mock/");
  const buttons = [...(lost === undefined ? [] : [file]), ...(mock ? [select] : [])];
  if (buttons.length === 0 && !doubtful) {
    vscode.window.setStatusBarMessage(`EdgeQuake: ${stored}`, 6_000);
    return;
  }
  const still = mock ? [vscode.l10n.t("The chat still talks to {0}.", current.model)] : [];
  const text = [stored, ...(lost === undefined ? [] : [lost]), ...still].join(" ");
  const show =
    lost !== undefined || doubtful ? vscode.window.showWarningMessage : vscode.window.showInformationMessage;
  const answer = await show(text, ...buttons);
  if (answer === file) await openConfigToml(parts.client);
  if (answer === select) await selectOf(parts, provider);
}

async function selectOf({ models }: SetApiKey, { id, label }: ProviderStatus): Promise<void> {
  const placeholder = vscode.l10n.t("Choose a model of {0}, or type its name", label);
  const model = await models.pick({ provider: id, placeholder });
  if (model !== undefined) await models.choose(model);
}

async function refused(parts: SetApiKey, error: Error): Promise<void> {
  const file = vscode.l10n.t("Open config.toml");
  const answer = await vscode.window.showErrorMessage(
    vscode.l10n.t(
      "The secret storage refused: {0}. Set the key as an environment variable instead, or in config.toml.",
      notificationText(error.message),
    ),
    file,
  );
  if (answer === file) await openConfigToml(parts.client);
}
