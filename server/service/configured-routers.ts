// The routers of the configuration: one of `router`, one of the file `router_config` names. They follow what is
// configured, keep their counters over a change, and their groups are called as `router/<group>`.

import { routerOptionsOf } from "../config/litellm-config.ts";
import { type Layers, resolveValue } from "../config/resolve.ts";
import { RouterFile } from "../config/router-file.ts";
import { createError } from "../protocol/errors.ts";
import type { ModelEntry } from "../protocol/results.ts";
import type { Deployment } from "../router/deployment.ts";
import type { Routers } from "../routing.ts";

const PREFIX = "router/";
/** Their ids; in this order they are looked through for a group. */
const IDS = ["router", "router_config"] as const;
type Id = (typeof IDS)[number];

export interface ConfiguredRoutersOptions {
  layers(): Layers | Promise<Layers>;
  monotonic(): number;
  warn(message: string): void;
}

interface Addressed {
  model: string;
  router_id?: string | null | undefined;
}

export class ConfiguredRouters {
  readonly #routers: Routers;
  readonly #options: ConfiguredRoutersOptions;
  /** What each was last made of. */
  readonly #made = new Map<Id, unknown>();
  #file: RouterFile | undefined;
  #following = Promise.resolve();

  constructor(routers: Routers, options: ConfiguredRoutersOptions) {
    this.#routers = routers;
    this.#options = options;
  }

  /** Whether some router is, or was, configured. */
  get any(): boolean {
    return this.#made.size > 0;
  }

  /** Whether the call is a router's. */
  isRouted({ model, router_id }: Addressed): boolean {
    return router_id != null || model.startsWith(PREFIX);
  }

  /** The same call, addressed to a router by id. @throws BadRequestError where no router is configured. */
  async place<T extends Addressed>(params: T): Promise<T & { router_id: string }> {
    const { router_id, model } = params;
    if (router_id != null) {
      if ((IDS as readonly string[]).includes(router_id)) await this.follow();
      return { ...params, router_id };
    }
    await this.follow();
    const group = model.slice(PREFIX.length);
    const there = IDS.filter((id) => this.#routers.has(id));
    const id = there.find((one) => this.#routers.knows(one, group)) ?? there[0];
    if (id !== undefined) return { ...params, model: group, router_id: id };
    throw createError("BadRequestError", {
      message: `no router is configured that "${model}" could be of: give "router" with a model_list, or "router_config", the path of a LiteLLM config.yaml`,
      model,
      param: "model",
    });
  }

  /** Their groups, as completion() takes them. */
  async models(): Promise<ModelEntry[]> {
    await this.follow();
    const seen = new Set<string>();
    return IDS.flatMap((id) => this.#routers.groups(id)).flatMap(({ name, mode }) => {
      if (seen.has(name)) return [];
      seen.add(name);
      return [{ model: PREFIX + name, provider: "router", mode, source: "router" as const }];
    });
  }

  /** The deployments behind `router/<group>`; undefined: it is no name of a group. */
  async members(model: string): Promise<Deployment[] | undefined> {
    if (!model.startsWith(PREFIX)) return undefined;
    await this.follow();
    const group = model.slice(PREFIX.length);
    return IDS.map((id) => this.#routers.members(id, group)).find(({ length }) => length > 0) ?? [];
  }

  /** Makes them as they are configured now. What cannot be read is warned of; the last good one stays. */
  follow(): Promise<void> {
    // One after the other: whoever asks after a change sees it.
    this.#following = this.#following.then(() => this.#follow());
    return this.#following;
  }

  async #follow(): Promise<void> {
    const layers = await this.#options.layers();
    await this.#make("router", resolveValue("router", layers).value);
    await this.#make("router_config", await this.#ofFile(resolveValue("router_config", layers).value));
  }

  async #ofFile(path: string | undefined): Promise<unknown> {
    const { monotonic, warn } = this.#options;
    if (path === undefined || path === "") {
      this.#file = undefined;
      return undefined;
    }
    if (this.#file?.given !== path)
      this.#file = new RouterFile(path, monotonic, (warning) => warn(`router_config: ${warning}`));
    return this.#file.options();
  }

  async #make(id: Id, given: unknown): Promise<void> {
    const had = this.#made.get(id);
    if (given === had) return;
    if (given === undefined) {
      this.#made.delete(id);
      this.#routers.retire(id);
      return;
    }
    this.#made.set(id, given);
    // A configuration that is pushed again is another object and maybe the same.
    if (JSON.stringify(given) === JSON.stringify(had)) return;
    try {
      let options = given;
      if (id === "router") {
        const read = routerOptionsOf(given as Record<string, unknown>);
        for (const warning of read.warnings) this.#options.warn(`router: ${warning}`);
        ({ options } = read);
      }
      await this.#routers.configure(id, options);
    } catch (error) {
      this.#options.warn(`${id}: ${(error as Error).message}`);
    }
  }
}
