// Which deployments a name stands for, in LiteLLM's order: id, alias, group, pattern (the most specific first), "*",
// a deployment's own model. Names are settled once per list, so that asking is a look-up.

import type { Deployment } from "./deployment.ts";
import type { Slot } from "./state.ts";

export type Alias = string | { model: string; hidden?: boolean };

export interface Group {
  /** The name the deployments are listed under. */
  name: string;
  slots: readonly Slot[];
  /** What stood for "*" in the name asked for. */
  captured?: string;
  by: "id" | "group" | "pattern" | "model";
}

interface Pattern {
  name: string;
  test: RegExp;
  literal: number;
  stars: number;
  slots: Slot[];
}

export class Groups {
  readonly #ids = new Map<string, Slot>();
  readonly #names = new Map<string, Slot[]>();
  readonly #models = new Map<string, Slot[]>();
  readonly #patterns: Pattern[] = [];
  readonly #aliases: ReadonlyMap<string, Alias>;

  constructor(slots: Iterable<Slot>, aliases: Readonly<Record<string, Alias>> = {}) {
    this.#aliases = new Map(Object.entries(aliases));
    for (const slot of slots) {
      const { id, model_name, params } = slot.deployment;
      this.#ids.set(id, slot);
      append(this.#names, model_name, slot);
      append(this.#models, params.model, slot);
    }
    for (const [name, own] of this.#names) {
      const literal = name.replaceAll("*", "").length;
      if (literal < name.length) {
        const test = new RegExp(`^${name.split("*").map(escaped).join("(.*)")}$`, "s");
        this.#patterns.push({ name, test, literal, stars: name.length - literal, slots: own });
      }
    }
    this.#patterns.sort((a, b) => b.literal - a.literal || a.stars - b.stars);
  }

  find(model: string): Group | undefined {
    const own = this.#ids.get(model);
    if (own) return { name: own.deployment.model_name, slots: [own], by: "id" };
    const name = this.aliased(model);
    const slots = this.#names.get(name);
    if (slots) return { name, slots, by: "group" };
    for (const pattern of this.#patterns) {
      const found = pattern.test.exec(name);
      if (found) {
        return {
          name: pattern.name,
          slots: pattern.slots,
          captured: found.slice(1).join("/"),
          by: "pattern",
        };
      }
    }
    const named = this.#models.get(name);
    return named && { name, slots: named, by: "model" };
  }

  aliased(model: string): string {
    const alias = this.#aliases.get(model);
    return typeof alias === "string" ? alias : (alias?.model ?? model);
  }

  /** As a person would name them: groups, and aliases that are not hidden. */
  names(): string[] {
    const shown = [...this.#aliases].filter(([, alias]) => typeof alias === "string" || !alias.hidden);
    return [...new Set([...this.#names.keys(), ...shown.map(([name]) => name)])];
  }
}

/** The model a deployment is called with: what the pattern captured takes the place of its "*". */
export function modelOf({ params }: Deployment, { captured, by }: Group, asked: string): string {
  const { model } = params;
  if (by !== "pattern" || captured === undefined || !model.includes("*")) return model;
  // "*" for everything already holds the provider in what was asked.
  return model === "*" ? asked : model.replace("*", captured);
}

function append(map: Map<string, Slot[]>, key: string, slot: Slot): void {
  const list = map.get(key);
  if (list) list.push(slot);
  else map.set(key, [slot]);
}

function escaped(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&");
}
