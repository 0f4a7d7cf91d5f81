// Which model the chat and the commands use: the one chosen here, else the setting, else the first configured
// provider's, else mock/echo, which needs nothing.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ModelEntry } from "../../server/protocol/results.ts";
import type { Effort, ModelInUse } from "../../server/protocol/webview.ts";
import { AS_IT_DOES, canThink } from "./effort.ts";
import { Favourites } from "./favourites.ts";
import { ModelLists } from "./model-list.ts";
import type { PickOptions } from "./pick-model.ts";

const STATE = "edgequake.model";
const EFFORT = "edgequake.effort";
const FALLBACK = "mock/echo";
/** Sensible first models where a provider lists hundreds. */
const PREFERRED = ["openai/gpt-4o-mini", "openai/gpt-4.1-mini", "openai/gpt-4o"];

export class ModelChoice implements vscode.Disposable {
  readonly #state: vscode.Memento;
  readonly #client: () => Promise<Client>;
  readonly lists: ModelLists;
  readonly favourites: Favourites;
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onChange = this.#changed.event;
  #finding: Promise<string> | undefined;
  #found: string | undefined;
  #ticked = false;

  /** `state` of the workspace, `everywhere` of the person. */
  constructor(state: vscode.Memento, everywhere: vscode.Memento, client: () => Promise<Client>) {
    this.#state = state;
    this.#client = client;
    this.lists = new ModelLists(client);
    this.favourites = new Favourites(everywhere);
  }

  /** Lets a person choose one; undefined: none was. It is not in use by that. */
  async pick(options?: PickOptions): Promise<string | undefined> {
    const { pickModel } = await import("../setup.ts");
    return pickModel(this, options);
  }

  /** What is known without asking anybody. */
  known(): ModelInUse | null {
    const chosen = this.#state.get<string>(STATE) || setting();
    if (chosen) return { model: chosen, chosen: true };
    return this.#found === undefined ? null : { model: this.#found, chosen: false };
  }

  /** Asks the configured providers, which may take a while, where nothing is known. */
  async inUse(): Promise<ModelInUse> {
    const known = this.known();
    if (known) {
      this.#tick(known.model);
      return known;
    }
    this.#finding ??= this.#find();
    const finding = this.#finding;
    const model = await finding;
    if (this.#finding !== finding) return this.inUse();
    this.#found = model;
    this.#tick(model);
    return { model, chosen: false };
  }

  async choose(model: string): Promise<void> {
    await this.#state.update(STATE, model);
    this.#tick(model);
    this.#changed.fire();
  }

  /** How hard the chat's models are told to think, those that do. */
  get effort(): Effort {
    return this.#state.get<Effort>(EFFORT, AS_IT_DOES);
  }

  /** null where this model is not known to think. */
  async effortOf(model: string): Promise<Effort | null> {
    const details = await (await this.#client()).request("edgequake/modelInfo", { model });
    return canThink(details) ? this.effort : null;
  }

  async chooseEffort(effort: Effort): Promise<void> {
    await this.#state.update(EFFORT, effort);
    this.#changed.fire();
  }

  /** Something that decides the default may have changed: a key, a setting, a server that was started. */
  reconsider(): void {
    this.#finding = undefined;
    this.#found = undefined;
    this.lists.forget();
    this.#changed.fire();
  }

  dispose(): void {
    this.#changed.dispose();
  }

  /** The walkthrough's first steps are done when there is a model that is no mock. */
  #tick(model: string): void {
    if (this.#ticked || model.startsWith("mock/")) return;
    this.#ticked = true;
    void vscode.commands.executeCommand("setContext", "edgequake.hasProvider", true);
  }

  async #find(): Promise<string> {
    try {
      const client = await this.#client();
      const { models } = await client.request("edgequake/models", {});
      const chat = models.filter((entry) => entry.mode !== "embedding" && entry.provider !== "mock");
      const found = preferred(chat);
      if (found !== undefined) return found;
      // Nothing is configured: a server that runs here needs nothing else.
      const { localServers } = await import("../setup.ts");
      const servers = await localServers(client);
      return servers.flatMap((server) => server.models)[0] ?? FALLBACK;
    } catch {
      // No backend, no list: the message that is sent will say why.
      return FALLBACK;
    }
  }
}

function preferred(models: readonly ModelEntry[]): string | undefined {
  for (const model of PREFERRED) if (models.some((entry) => entry.model === model)) return model;
  return (models.find((entry) => entry.mode === "chat") ?? models[0])?.model;
}

function setting(): string {
  const value: unknown = vscode.workspace.getConfiguration("edgequake").get("defaultModel");
  return typeof value === "string" ? value.trim() : "";
}
