// Keys in VS Code's SecretStorage, each with the origin it was given for: asked by the backend per use, answered
// for that origin only. Never logged, never shown again.

import * as vscode from "vscode";

interface StoredKey {
  api_key: string;
  /** Scheme, host and port the key may be sent to. */
  origin: string;
}

const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;

/** What is wrong with a pasted key, or undefined. The key itself is never in the message. */
export function keyProblem(pasted: string): string | undefined {
  const key = pasted.trim();
  if (key === "") return vscode.l10n.t("The key is empty.");
  if (INVISIBLE.test(key)) {
    return vscode.l10n.t(
      "The key holds a line break or an invisible character. Paste it again, on one line.",
    );
  }
  return undefined;
}

export class Secrets {
  readonly #storage: vscode.SecretStorage;

  constructor(storage: vscode.SecretStorage) {
    this.#storage = storage;
  }

  async store(provider: string, pasted: string, origin: string): Promise<void> {
    const stored: StoredKey = { api_key: pasted.trim(), origin };
    await this.#storage.store(name(provider), JSON.stringify(stored));
  }

  async remove(provider: string): Promise<void> {
    await this.#storage.delete(name(provider));
  }

  async has(provider: string): Promise<boolean> {
    return (await this.#read(provider)) !== undefined;
  }

  /** null where there is none, or where it belongs to another origin. */
  async keyFor(provider: string, origin: string): Promise<string | null> {
    const stored = await this.#read(provider);
    return stored && stored.origin === origin ? stored.api_key : null;
  }

  async #read(provider: string): Promise<StoredKey | undefined> {
    const text = await this.#storage.get(name(provider));
    if (text === undefined) return undefined;
    try {
      const stored = JSON.parse(text) as Partial<StoredKey>;
      return typeof stored.api_key === "string" && typeof stored.origin === "string"
        ? { api_key: stored.api_key, origin: stored.origin }
        : undefined;
    } catch {
      return undefined;
    }
  }
}

function name(provider: string): string {
  return `edgequake.apiKey.${provider}`;
}
