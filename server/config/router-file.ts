// A LiteLLM proxy config.yaml: read when first needed, again when it changed, kept at its last good state while it is
// broken. Keys in a file that others can read are refused, and the fix is named.

import { readFile, stat } from "node:fs/promises";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { createError } from "../protocol/errors.ts";
import { holdsKeys, withoutKeys } from "../protocol/router-keys.ts";
import { type RouterConfig, routerOptionsOf } from "./litellm-config.ts";

/** How long a look at the file's time stamp is good for. */
const RECHECK_MS = 1_000;

export class RouterFile {
  /** As configured. */
  readonly given: string;
  readonly #path: string;
  readonly #now: () => number;
  readonly #warn: (warning: string) => void;
  #checked = Number.NEGATIVE_INFINITY;
  #stamp = "";
  #good: RouterConfig["options"] | undefined;

  /** `path` is absolute or begins with "~/". */
  constructor(path: string, now: () => number, warn: (warning: string) => void) {
    this.given = path;
    this.#path = path.startsWith("~/") ? join(homedir(), path.slice(2)) : path;
    this.#now = now;
    this.#warn = warn;
  }

  /** The Router's arguments: the same object while the file is the same. undefined = it was never read well. */
  async options(): Promise<RouterConfig["options"] | undefined> {
    const now = this.#now();
    if (now - this.#checked < RECHECK_MS) return this.#good;
    this.#checked = now;
    const found = await stat(this.#path).catch(() => undefined);
    const stamp = found ? `${found.mtimeMs}:${found.size}:${found.mode}` : "none";
    if (stamp === this.#stamp) return this.#good;
    this.#stamp = stamp;
    try {
      const { options, warnings } = await readRouterFile(this.#path);
      for (const warning of warnings) this.#warn(warning);
      this.#good = options;
    } catch (error) {
      // A half-written file must not take a router away in the middle of work.
      this.#warn((error as Error).message);
    }
    return this.#good;
  }
}

/** @throws BadRequestError saying what to mend. */
export async function readRouterFile(path: string): Promise<RouterConfig> {
  if (!isAbsolute(path)) throw refused(`router_config "${path}" is not an absolute path`);
  const text = await readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
    throw refused(`${path} cannot be read (${error.code ?? error.message})`);
  });
  const { parse } = await import("./yaml.ts");
  let raw: unknown;
  try {
    raw = parse(text);
  } catch (error) {
    const { linePos, message } = error as Error & { linePos?: [{ line: number; col: number }] };
    const at = linePos?.[0];
    // What follows the first line shows the text itself, which may be a key.
    const what = (message.split("\n", 1)[0] ?? "").replace(/ at line \d+, column \d+:?$/, "");
    throw refused(`${path}${at ? `, line ${at.line}, column ${at.col}` : ""}: ${what}. Mend the file`);
  }
  if (typeof raw !== "object" || raw === null || !Array.isArray((raw as { model_list?: unknown }).model_list))
    throw refused(`${path} has no model_list; it must be a LiteLLM configuration`);
  const { options, warnings } = routerOptionsOf(raw as Record<string, unknown>);
  const told = warnings.map((warning) => `${path}: ${warning}`);
  if (process.platform === "win32" || !holdsKeys(options) || ((await stat(path)).mode & 0o077) === 0)
    return { options, warnings: told };
  told.push(
    `${path} holds API keys and other users can read it, so its keys are not used. Write os.environ/NAME instead, or mend it with: chmod 600 ${path}`,
  );
  return { options: withoutKeys(options), warnings: told };
}

function refused(message: string): Error {
  return createError("BadRequestError", { message, param: "router_config" });
}
