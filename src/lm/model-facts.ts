// What is known of a few models by name, where the whole list would take too long. Nothing is known of one that its
// provider does not list in time.

import type { Client } from "../../server/connection/client.ts";
import type { ModelDetails } from "../../server/protocol/results.ts";

const SECONDS = 3;

export async function detailsOf(client: Client, model: string): Promise<ModelDetails | undefined> {
  const provider = model.slice(0, Math.max(0, model.indexOf("/")));
  // Of VS Code's own models and of routers nobody knows a price.
  if (provider === "" || provider === "vscode" || provider === "router") return undefined;
  try {
    const asked = { provider, details: true, timeout: SECONDS };
    const { models } = await client.request("edgequake/models", asked);
    return models.find((entry) => entry.model === model)?.details;
  } catch {
    return undefined;
  }
}
