// The commands of models, keys, first steps, usage and diagnosis: each loads what it needs when it is run.

import * as vscode from "vscode";
import type { Client } from "../server/connection/client.ts";
import { selectModel } from "./commands/select-model.ts";
import type { Keeping } from "./keys/keeping.ts";
import type { ModelKeys } from "./keys/model-keys.ts";
import type { ModelChoice } from "./models/model-choice.ts";
import type { Secrets } from "./secrets.ts";
import type { TextDocuments } from "./text-documents.ts";

export interface SetupParts {
  context: vscode.ExtensionContext;
  client(): Promise<Client>;
  models: ModelChoice;
  secrets: Secrets;
  keys: ModelKeys;
  documents: TextDocuments;
  version: string;
}

export function setupCommands(parts: SetupParts): Record<string, (...args: never[]) => unknown> {
  const { context, client, models, secrets, keys, documents, version } = parts;
  const setup = () => import("./setup.ts");
  const textOf = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  let kept: Promise<Keeping> | undefined;
  /** Found out once for each session. */
  const keeping = (): Promise<Keeping> => {
    const places = { secrets: context.secrets, state: context.globalState, session: vscode.env.sessionId };
    kept ??= setup().then((loaded) => loaded.keeping(places));
    return kept;
  };
  return {
    selectModel: () => selectModel(models),
    selectEffort: async () => (await setup()).pickEffort(models),
    manageModels: async () => (await setup()).manageModels({ models, secrets, keys, client }),
    setApiKey: async (provider?: unknown) =>
      (await setup()).setApiKey({ secrets, models, client, keeping }, textOf(provider)),
    removeApiKey: async () => (await setup()).removeApiKey(secrets, models, client),
    getStarted: async () => (await setup()).getStarted(models, client),
    showUsage: async () => (await setup()).showUsage(context.extensionUri, client),
    diagnose: async (model?: unknown) =>
      (await setup()).diagnose({ models, client, documents, version }, textOf(model)),
    showConfiguration: async () => (await setup()).showConfiguration(client, documents),
    copyText: (uri?: vscode.Uri) => documents.copy(uri),
    showMenu: async () => (await setup()).showMenu(),
  };
}
