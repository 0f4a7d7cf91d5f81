// The layers a call's values come from. A call that follows a new configuration sees it whole; what is wrong in one is
// left out and warned of.

import { envConfig } from "../config/env.ts";
import { type ReadConfig, readConfig } from "../config/read-config.ts";
import type { Layers } from "../config/resolve.ts";
import { ConfigToml, type TomlState } from "../config/toml.ts";
import type { Config } from "../protocol/results.ts";

export interface ConfigurationOptions {
  env: NodeJS.ProcessEnv;
  secret: Layers["secret"];
  monotonic(): number;
  warn(message: string): void;
  /** Proxy or certificates are others than before. */
  onRewired(http: Config["http"]): void;
}

export class Configuration {
  readonly #options: ConfigurationOptions;
  readonly #env_config: Config;
  readonly #toml: ConfigToml;
  #secret: Layers["secret"];
  #pushed: Config = {};
  #configuring: Promise<void> | undefined;
  /** What was left out of the pushed layer, and why. */
  problems: readonly string[] = [];

  constructor(options: ConfigurationOptions) {
    this.#options = options;
    this.#env_config = envConfig(options.env);
    this.#toml = new ConfigToml(options.env, options.monotonic, options.warn);
    this.#secret = options.secret;
  }

  askSecretsOf(secret: Layers["secret"]): void {
    this.#secret = secret;
  }

  /** Replaces the pushed layer. */
  push(raw: unknown): void {
    const read = readConfig(raw);
    if (!(read instanceof Promise)) {
      this.#configuring = undefined;
      this.#apply(read);
      return;
    }
    // A call that follows waits for it; a later configuration replaces it.
    const configuring = read.then((done) => {
      if (this.#configuring !== configuring) return;
      this.#configuring = undefined;
      this.#apply(done);
    });
    this.#configuring = configuring;
  }

  /** A promise only where something is still being read: every call begins here. */
  layers(): Layers | Promise<Layers> {
    if (this.#configuring) return this.#configuring.then(() => this.layers());
    const toml = this.#toml.state();
    return toml instanceof Promise ? toml.then((read) => this.#with(read)) : this.#with(toml);
  }

  #with(toml: TomlState): Layers {
    return {
      pushed: this.#pushed,
      env: this.#options.env,
      env_config: this.#env_config,
      toml,
      secret: this.#secret,
    };
  }

  #apply({ config, warnings }: ReadConfig): void {
    this.problems = warnings;
    for (const warning of warnings) this.#options.warn(`configuration: ${warning}`);
    const rewired = JSON.stringify(config.http ?? {}) !== JSON.stringify(this.#pushed.http ?? {});
    this.#pushed = config;
    if (rewired) this.#options.onRewired(config.http);
  }
}
