// The models a person starred: first in every list of models, in the order they were starred.

import type * as vscode from "vscode";

const STATE = "edgequake.favouriteModels";

export class Favourites {
  readonly #state: Pick<vscode.Memento, "get" | "update">;

  constructor(state: Pick<vscode.Memento, "get" | "update">) {
    this.#state = state;
  }

  all(): readonly string[] {
    const stored = this.#state.get<unknown>(STATE);
    return Array.isArray(stored) ? stored.filter((one): one is string => typeof one === "string") : [];
  }

  has(model: string): boolean {
    return this.all().includes(model);
  }

  async toggle(model: string): Promise<void> {
    const others = this.all().filter((one) => one !== model);
    await this.#state.update(STATE, this.has(model) ? others : [...others, model]);
  }
}
