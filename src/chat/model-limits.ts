// How much each model takes, as far as the backend knows: asked once a model, and never waited for long.

import type { Client } from "../../server/connection/client.ts";

/** A provider may be slow to list its models; a question is not. */
const WAIT_MS = 1_500;

export class ModelLimits {
  readonly #client: () => Promise<Client>;
  readonly #asked = new Map<string, Promise<number | null>>();

  constructor(client: () => Promise<Client>) {
    this.#client = client;
  }

  /** Tokens of its context; null = unknown, or not known in time. */
  async limitOf(model: string): Promise<number | null> {
    const asked = this.#asked.get(model) ?? this.#ask(model);
    this.#asked.set(model, asked);
    asked.catch(() => this.#asked.delete(model));
    const { promise: late, resolve } = Promise.withResolvers<null>();
    const timer = setTimeout(() => resolve(null), WAIT_MS);
    try {
      return await Promise.race([asked, late]);
    } catch {
      return null;
    } finally {
      clearTimeout(timer);
    }
  }

  async #ask(model: string): Promise<number | null> {
    const [provider = ""] = model.split("/");
    const client = await this.#client();
    const { models, problems } = await client.request("edgequake/models", { provider, details: true });
    const found = models.find((entry) => entry.model === model);
    // Another time it may answer.
    if (!found && problems.length > 0) throw new Error(problems[0]?.message ?? "");
    return found?.details?.max_input_tokens ?? null;
  }
}
