// "EdgeQuake: Set API Key": into VS Code's secret storage, bound to the address it is for. Several for a provider, each
// with a name. Nothing is echoed; whether the provider takes it is asked at once.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ProviderStatus } from "../../server/protocol/results.ts";
import type { Keeping } from "../keys/keeping.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { keyText } from "../models/model-items.ts";
import { messageOf, notificationText } from "../plain-text.ts";
import { type Secrets, UNNAMED } from "../secrets.ts";
import { askKey, keepingWarning } from "./ask-key.ts";
import { chooseName } from "./key-ring.ts";
import { openConfigToml } from "./open-config-toml.ts";

export interface SetApiKey {
  secrets: Secrets;
  models: ModelChoice;
  client(): Promise<Client>;
  /** Whether secrets outlive this VS Code. */
  keeping(): Promise<Keeping>;
}

/** How long the provider is asked whether it takes the key. */
const CHECK_SECONDS = 10;

/** `wanted`: a provider's id. Whether a key was stored. */
export async function setApiKey(parts: SetApiKey, wanted?: string): Promise<boolean> {
  const { secrets, models, client } = parts;
  const { providers } = await (await client()).request("edgequake/providers");
  const provider = await chooseProvider(providers, wanted);
  if (!provider) return false;
  const base = await addressOf(provider);
  if (base === undefined) return false;
  const origin = URL.parse(base)?.origin ?? "";
  const ring = await secrets.list(provider.id);
  const name = ring.length === 0 ? UNNAMED : await chooseName(parts, provider, ring);
  if (name === undefined) return false;
  const pasted = await askKey(await parts.keeping(), provider, origin, name);
  if (pasted === undefined) return false;
  try {
    await secrets.store(provider.id, pasted, origin, name);
  } catch (error) {
    await refused(parts, error as Error);
    return false;
  }
  models.reconsider();
  await check(parts, provider, name);
  return true;
}

async function chooseProvider(
  providers: readonly ProviderStatus[],
  wanted: string | undefined,
): Promise<ProviderStatus | undefined> {
  const known = providers.find(({ id }) => id === wanted);
  if (known) return known;
  const items = providers
    .filter(({ id }) => id !== "mock")
    .map((provider) => ({
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

/** Asks the provider for its models with the new key: that costs nothing. */
async function check(parts: SetApiKey, provider: ProviderStatus, name: string): Promise<void> {
  const { client, secrets, models } = parts;
  const { problems } = await vscode.window.withProgress(
    {
      location: vscode.ProgressLocation.Window,
      title: vscode.l10n.t("Checking the key for {0}", provider.label),
    },
    async () =>
      (await client()).request("edgequake/models", { provider: provider.id, timeout: CHECK_SECONDS }),
  );
  const [problem] = problems;
  const stored = vscode.l10n.t("The key for {0} is stored.", provider.label);
  if (problem?.name === "AuthenticationError" || problem?.name === "PermissionDeniedError") {
    const again = vscode.l10n.t("Set Again");
    const remove = vscode.l10n.t("Remove");
    const answer = await vscode.window.showWarningMessage(
      vscode.l10n.t("{0} does not take this key: {1}", provider.label, notificationText(messageOf(problem))),
      again,
      remove,
    );
    if (answer === undefined) return;
    await secrets.remove(provider.id, name);
    models.reconsider();
    if (answer === again) await setApiKey(parts, provider.id);
    return;
  }
  await tellKept(parts, stored);
}

/** Where secrets are lost with the window, the ways that last are offered. */
async function tellKept(parts: SetApiKey, stored: string): Promise<void> {
  const kept = await parts.keeping();
  const lost = keepingWarning(kept);
  if (kept !== "lost" || lost === undefined) {
    vscode.window.setStatusBarMessage(`EdgeQuake: ${stored}`, 4_000);
    return;
  }
  const file = vscode.l10n.t("Open config.toml");
  const answer = await vscode.window.showWarningMessage(`${stored} ${lost}`, file);
  if (answer === file) await openConfigToml(parts.client);
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
