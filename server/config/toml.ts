// ~/.config/edgequake/config.toml: read when first needed, again when it changed, kept at its last good state
// while it is broken. Keys in a file that others can read are refused, and the fix is named.

import { readFileSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Config } from "../protocol/results.ts";
import { holdsKeys, withoutKeys as withoutRouterKeys } from "../protocol/router-keys.ts";
import { readConfig } from "./read-config.ts";

/** How long a look at the file's time stamp is good for. */
const RECHECK_MS = 1_000;

export interface TomlState {
  path: string | null;
  config: Config;
  /** What a person must mend; null when all is well. */
  problem: string | null;
}

export class ConfigToml {
  readonly #path: string | null;
  readonly #now: () => number;
  readonly #onProblem: (problem: string) => void;
  #state: TomlState;
  #checked = Number.NEGATIVE_INFINITY;
  #stamp = "";
  #reading: Promise<TomlState> | undefined;

  constructor(env: NodeJS.ProcessEnv, now: () => number, onProblem: (problem: string) => void) {
    this.#path = configPath(env);
    this.#now = now;
    this.#onProblem = onProblem;
    this.#state = { path: this.#path, config: {}, problem: null };
  }

  /** The last look is nearly always still good: no promise then. */
  state(): TomlState | Promise<TomlState> {
    const now = this.#now();
    if (this.#path === null || now - this.#checked < RECHECK_MS) return this.#reading ?? this.#state;
    this.#checked = now;
    const stamp = stampOf(this.#path);
    if (stamp === this.#stamp) return this.#state;
    this.#stamp = stamp;
    this.#reading = this.#reload(this.#path, stamp).finally(() => {
      this.#reading = undefined;
    });
    return this.#reading;
  }

  async #reload(path: string, stamp: string): Promise<TomlState> {
    this.#state = stamp === "" ? { path, config: {}, problem: null } : await this.#read(path);
    if (this.#state.problem !== null) this.#onProblem(this.#state.problem);
    return this.#state;
  }

  async #read(path: string): Promise<TomlState> {
    let raw: unknown;
    try {
      const { parse } = await import("smol-toml");
      raw = parse(readFileSync(path, "utf8"));
    } catch (error) {
      const { line, column, message } = error as { line?: number; column?: number; message: string };
      const where = line === undefined ? "" : `, line ${line}, column ${column ?? 1}`;
      const what = message.split("\n")[0] ?? message;
      // The last good values stay: a half-written file must not take keys away in the middle of work.
      return { ...this.#state, problem: `${path}${where}: ${what}. Mend the file or move it away` };
    }
    const { config, warnings } = await readConfig(raw);
    const problems = warnings.map((warning) => `${path}: ${warning}`);
    const exposed = exposedKeys(path, config);
    if (exposed) problems.push(exposed);
    const problem = problems.length > 0 ? problems.join("; ") : null;
    return { path, config: exposed ? withoutKeys(config) : config, problem };
  }
}

/** null where there is no home to look in. */
function configPath(env: NodeJS.ProcessEnv): string | null {
  const base = env["XDG_CONFIG_HOME"] || (homeOf(env) ? join(homeOf(env), ".config") : "");
  return base === "" ? null : join(base, "edgequake", "config.toml");
}

function homeOf(env: NodeJS.ProcessEnv): string {
  if (env["HOME"]) return env["HOME"];
  try {
    return homedir();
  } catch {
    return "";
  }
}

function stampOf(path: string): string {
  const stat = statSync(path, { throwIfNoEntry: false });
  return stat ? `${stat.mtimeMs}:${stat.size}:${stat.mode}` : "";
}

/** ssh's rule for private keys. */
function exposedKeys(path: string, config: Config): string | null {
  if (process.platform === "win32") return null;
  const holdsKey =
    Object.values(config.providers ?? {}).some((provider) => provider.api_key !== undefined) ||
    holdsKeys(config.router ?? {});
  if (!holdsKey || (statSync(path).mode & 0o077) === 0) return null;
  return `${path} holds API keys and other users can read it, so its keys are not used. Mend it with: chmod 600 ${path}`;
}

function withoutKeys(config: Config): Config {
  const providers = Object.entries(config.providers ?? {}).map(([id, { api_key: _, ...rest }]) => [id, rest]);
  const { router } = config;
  return {
    ...config,
    providers: Object.fromEntries(providers),
    ...(router && { router: withoutRouterKeys(router) }),
  };
}
