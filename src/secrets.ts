// Keys in VS Code's SecretStorage: several for a provider, each with a name and the origin it was given for. The backend
// asks per use, and gets one for that origin only. Never logged, never shown again.

import type * as vscode from "vscode";
import { keyOf } from "./keys/check-key.ts";

interface StoredKey {
  name: string;
  api_key: string;
  /** Scheme, host and port the key may be sent to. */
  origin: string;
}
interface Ring {
  keys: StoredKey[];
  /** Name of the one that is used where nothing else is said. */
  active: string;
}

/** A key as it is shown: without itself. */
export interface KeyEntry {
  name: string;
  origin: string;
  active: boolean;
}

export interface KeyQuestion {
  provider: string;
  origin: string;
  /** Whom the call is for, where it is one call. */
  model?: string | undefined;
}

/** Which key a model is to use, by name: no secret. */
export interface KeyChoices {
  of(model: string): string | undefined;
  /** The key of this name is gone; without a name all of the provider's are. */
  forget(provider: string, name?: string): Promise<void>;
}

/** The name of a key nobody named. */
export const UNNAMED = "default";
const NO_CHOICES: KeyChoices = { of: () => undefined, forget: async () => {} };

export class Secrets {
  readonly #storage: Pick<vscode.SecretStorage, "get" | "store" | "delete">;
  readonly #choices: KeyChoices;
  /** Reading and writing again is two steps: one at a time. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(
    storage: Pick<vscode.SecretStorage, "get" | "store" | "delete">,
    choices: KeyChoices = NO_CHOICES,
  ) {
    this.#storage = storage;
    this.#choices = choices;
  }

  async list(provider: string): Promise<KeyEntry[]> {
    const { keys, active } = await this.#read(provider);
    return keys.map(({ name, origin }) => ({ name, origin, active: name === active }));
  }

  /** A name that is there gets another key; the one stored last is the active one. */
  store(provider: string, pasted: string, origin: string, name = UNNAMED): Promise<void> {
    return this.#change(provider, ({ keys }) => ({
      keys: [...keys.filter((key) => key.name !== name), { name, api_key: keyOf(pasted), origin }],
      active: name,
    }));
  }

  activate(provider: string, name: string): Promise<void> {
    return this.#change(provider, (ring) => ({ ...ring, active: name }));
  }

  /** All of a provider where no name is given. */
  async remove(provider: string, name?: string): Promise<void> {
    await this.#change(provider, ({ keys, active }) => {
      const left = name === undefined ? [] : keys.filter((key) => key.name !== name);
      return { keys: left, active: active === name ? (left[0]?.name ?? UNNAMED) : active };
    });
    await this.#choices.forget(provider, name);
  }

  /** null where there is none for this origin: the model's own choice, else the active one, else any that fits. */
  async keyFor({ provider, origin, model }: KeyQuestion): Promise<string | null> {
    const { keys, active } = await this.#read(provider);
    const fitting = keys.filter((key) => key.origin === origin);
    const named = (name: string | undefined): StoredKey | undefined =>
      fitting.find((key) => key.name === name);
    const chosen = named(model === undefined ? undefined : this.#choices.of(model));
    return (chosen ?? named(active) ?? fitting[0])?.api_key ?? null;
  }

  #change(provider: string, to: (ring: Ring) => Ring): Promise<void> {
    const work = this.#turn.then(async () => {
      const ring = to(await this.#read(provider));
      if (ring.keys.length === 0) await this.#storage.delete(entryOf(provider));
      else await this.#storage.store(entryOf(provider), JSON.stringify(ring));
    });
    this.#turn = work.catch(() => {});
    return work;
  }

  async #read(provider: string): Promise<Ring> {
    const text = await this.#storage.get(entryOf(provider));
    const nothing: Ring = { keys: [], active: UNNAMED };
    if (text === undefined) return nothing;
    let stored: Partial<Ring & StoredKey>;
    try {
      stored = (JSON.parse(text) ?? {}) as Partial<Ring & StoredKey>;
    } catch {
      return nothing;
    }
    // One key alone is how they were kept at first.
    const keys = (Array.isArray(stored.keys) ? stored.keys : [{ ...stored, name: UNNAMED }]).filter(isKey);
    return { keys, active: typeof stored.active === "string" ? stored.active : UNNAMED };
  }
}

function isKey(value: Partial<StoredKey> | null): value is StoredKey {
  return (
    typeof value?.api_key === "string" && typeof value.origin === "string" && typeof value.name === "string"
  );
}

function entryOf(provider: string): string {
  return `edgequake.apiKey.${provider}`;
}
