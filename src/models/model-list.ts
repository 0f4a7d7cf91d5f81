// What the configured providers list, with what is known of each model and where its key comes from. Asked for once in a
// while, not with every list that opens.

import type { Client } from "../../server/connection/client.ts";
import type { ModelEntry, ModelsResult, ProviderStatus } from "../../server/protocol/results.ts";

export interface ModelList {
  models: ModelEntry[];
  problems: ModelsResult["problems"];
  /** By id. */
  providers: Map<string, ProviderStatus>;
}

const FRESH_MS = 60_000;
/** Before the first answer. */
const NOTHING: ModelList = { models: [], problems: [], providers: new Map() };

export class ModelLists {
  readonly #client: () => Promise<Client>;
  #asked: { at: number; list: Promise<ModelList> } | undefined;
  #last: ModelList = NOTHING;

  constructor(client: () => Promise<Client>) {
    this.#client = client;
  }

  /** What was answered last, for a list that opens at once. */
  get last(): ModelList {
    return this.#last;
  }

  /** A key, a setting or a server may have changed. */
  forget(): void {
    this.#asked = undefined;
  }

  get(): Promise<ModelList> {
    if (this.#asked && performance.now() - this.#asked.at < FRESH_MS) return this.#asked.list;
    const list = this.#ask();
    const asked = { at: performance.now(), list };
    this.#asked = asked;
    list.then(
      (answer) => {
        this.#last = answer;
      },
      () => {
        if (this.#asked === asked) this.#asked = undefined;
      },
    );
    return list;
  }

  async #ask(): Promise<ModelList> {
    const client = await this.#client();
    const [{ models, problems }, { providers }] = await Promise.all([
      client.request("edgequake/models", { details: true }),
      client.request("edgequake/providers"),
    ]);
    return {
      models: models.filter(({ mode }) => mode !== "embedding"),
      problems,
      providers: new Map(providers.map((one) => [one.id, one])),
    };
  }
}

/** What one provider lists, or why it does not. */
export function listOf({ models, problems, providers }: ModelList, provider: string): ModelList {
  return {
    models: models.filter((entry) => entry.provider === provider),
    problems: problems.filter((problem) => problem.provider === provider),
    providers,
  };
}
