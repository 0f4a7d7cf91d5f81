// What is there to talk to without setting anything up: servers on this machine, keys in the environment, models VS Code
// already has. Looked for when somebody opens the chat with nothing configured, or asks; never before.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ProviderStatus } from "../../server/protocol/results.ts";

/** Ports 11434, 1234 and 8080, unless the environment or the settings say otherwise. */
const LOCAL = ["ollama", "lm_studio", "llamacpp"];
/** A server that is there answers at once. */
const SECONDS = 1.5;

export interface LocalServer {
  provider: string;
  label: string;
  address: string;
  /** Chat models, as provider/model; none: it runs, and has nothing to run. */
  models: string[];
}
export interface Detected {
  servers: LocalServer[];
  /** Whose key stands in the environment, a file or a secret. */
  keys: ProviderStatus[];
  /** Models VS Code has from others. */
  editor: string[];
}

export async function localServers(client: Client): Promise<LocalServer[]> {
  const { providers } = await client.request("edgequake/providers");
  const found = await Promise.all(
    LOCAL.map(async (provider): Promise<LocalServer[]> => {
      const asked = { provider, timeout: SECONDS };
      const { models, problems } = await client.request("edgequake/models", asked);
      if (problems.length > 0) return [];
      const chat = models.filter(({ mode }) => mode !== "embedding").map(({ model }) => model);
      const status = providers.find(({ id }) => id === provider);
      return [{ provider, label: status?.label ?? provider, address: status?.api_base ?? "", models: chat }];
    }),
  );
  return found.flat();
}

export async function detect(client: Client): Promise<Detected> {
  const [servers, { providers }, editor] = await Promise.all([
    localServers(client),
    client.request("edgequake/providers"),
    editorModels(),
  ]);
  const keys = providers.filter(({ id, key_source }) => id !== "mock" && key_source !== "none");
  return { servers, keys, editor };
}

/** Of other extensions: as vscode/<vendor>/<family> they can be called through EdgeQuake. */
async function editorModels(): Promise<string[]> {
  const models = await vscode.lm.selectChatModels();
  const others = models.filter(({ vendor }) => vendor !== "edgequake");
  return [...new Set(others.map(({ vendor, family }) => `vscode/${vendor}/${family}`))];
}
