// Where the prompts come from: the user's own file where there is one, else the extension's. Both folders are the
// user's machine; nothing is ever read from a workspace.

import { mkdir, readFile, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { type FilledPrompt, fillPrompt, type PromptAction, type PromptValues } from "./prompts.ts";

export class PromptFiles {
  readonly #defaults: string;
  readonly #own: string;

  /** `extension`: the extension's folder. */
  constructor(extension: string, own = userPrompts(process.env)) {
    this.#defaults = join(extension, "media", "prompts");
    this.#own = own;
  }

  /** The user's copy, whether it exists or not. */
  pathOf(action: PromptAction): string {
    return join(this.#own, `${action}.md`);
  }

  async read(action: PromptAction): Promise<string> {
    // An emptied file is how some people say "the default again".
    const own = await textOf(this.pathOf(action));
    return own !== undefined && own.trim() !== "" ? own : this.#default(action);
  }

  async fill(action: PromptAction, values: PromptValues): Promise<FilledPrompt> {
    return fillPrompt(await this.read(action), values);
  }

  /** Makes the user's copy where there is none, and tells where it is. What a person wrote is never replaced. */
  async copy(action: PromptAction): Promise<string> {
    const path = this.pathOf(action);
    await mkdir(this.#own, { recursive: true, mode: 0o700 });
    try {
      await writeFile(path, await this.#default(action), { flag: "wx", mode: 0o600 });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
    }
    return path;
  }

  async isOwn(action: PromptAction): Promise<boolean> {
    return (await textOf(this.pathOf(action))) !== undefined;
  }

  #default(action: PromptAction): Promise<string> {
    return readFile(join(this.#defaults, `${action}.md`), "utf8");
  }
}

/** Beside the backend's config.toml. */
export function userPrompts(env: Readonly<NodeJS.ProcessEnv>): string {
  const base = env["XDG_CONFIG_HOME"] || join(env["HOME"] || env["USERPROFILE"] || homedir(), ".config");
  return join(base, "edgequake", "prompts");
}

/** undefined = no such file. One that cannot be read is said, not passed over. */
async function textOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
