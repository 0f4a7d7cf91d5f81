// Which of a provider's keys a model uses, by the key's name. Names only: the keys are secrets.

import type * as vscode from "vscode";

const STATE = "edgequake.keyOfModel";

export class ModelKeys {
  readonly #state: Pick<vscode.Memento, "get" | "update">;

  constructor(state: Pick<vscode.Memento, "get" | "update">) {
    this.#state = state;
  }

  of(model: string): string | undefined {
    return this.#all()[model];
  }

  /** undefined: the provider's active key. */
  async choose(model: string, name: string | undefined): Promise<void> {
    const { [model]: _before, ...others } = this.#all();
    await this.#state.update(STATE, name === undefined ? others : { ...others, [model]: name });
  }

  /** A key that is gone is nobody's choice; all of a provider where no name is given. */
  async forget(provider: string, name?: string): Promise<void> {
    const left = Object.entries(this.#all()).filter(
      ([model, chosen]) => !model.startsWith(`${provider}/`) || (name !== undefined && chosen !== name),
    );
    await this.#state.update(STATE, Object.fromEntries(left));
  }

  #all(): Readonly<Record<string, string>> {
    return this.#state.get<Record<string, string>>(STATE) ?? {};
  }
}
