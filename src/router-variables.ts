// The environment variables that routers name as os.environ/NAME, in the setting or in the LiteLLM file beside it: what
// the backend gets beyond its allow-list. Pure but for the file.

import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import type { Config } from "../server/protocol/results.ts";

const REFERENCE = /os\.environ\/([A-Za-z_]\w*)/g;
/** They would decide what the backend loads and runs, and not what it sends. */
const NEVER = /^(?:NODE_|VSCODE_|ELECTRON_|LD_|DYLD_|npm_)/i;

export function routerVariables({ router, router_config }: Config): string[] {
  const text = `${JSON.stringify(router ?? {})}\n${typeof router_config === "string" ? textOf(router_config) : ""}`;
  const names = Array.from(text.matchAll(REFERENCE), ([, name = ""]) => name);
  return [...new Set(names)].filter((name) => !NEVER.test(name));
}

function textOf(path: string): string {
  try {
    return readFileSync(path.startsWith("~/") ? join(homedir(), path.slice(2)) : path, "utf8");
  } catch {
    // The backend says what is wrong with it.
    return "";
  }
}
