// Runs npm in a folder of the cache as if typed there by hand, and turns its failures into plain sentences.

import { existsSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { PlainError, run } from "./processes.ts";

/** A parent npm's settings must not steer the inner one to this project's folder. */
function environment(): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of Object.keys(env)) {
    if (/^npm_(package_|lifecycle_|command$|config_(local_prefix|prefix|global_prefix)$)/i.test(name)) {
      delete env[name];
    }
  }
  delete env["INIT_CWD"];
  delete env["NODE_OPTIONS"];
  const headers = installedHeaders();
  if (headers !== undefined) env["npm_config_nodedir"] ??= headers;
  return env;
}

/** Node-API modules build against any Node's headers: the machine's own spare a download from outside the registry. */
function installedHeaders(): string | undefined {
  for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
    if (folder === "" || folder.includes("node_modules")) continue;
    const prefix = dirname(folder);
    if (existsSync(join(prefix, "include", "node", "node_api.h"))) return prefix;
  }
  return undefined;
}

function command(): { file: string; args: string[] } {
  const own = process.env["npm_execpath"];
  if (own !== undefined && /npm-cli\.[cm]?js$/.test(own) && existsSync(own)) {
    return { file: process.execPath, args: [own] };
  }
  return { file: process.platform === "win32" ? "npm.cmd" : "npm", args: [] };
}

const UNREACHABLE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|CERT_\w+|SELF_SIGNED\w*|UNABLE_TO_\w+)\b/;

function explain(what: string, output: string): string {
  const tail = output.trim().split("\n").slice(-15).join("\n");
  const network = UNREACHABLE.exec(output)?.[1];
  if (/\bENOSPC\b/.test(output)) return `${what}: the disk is full.\n${tail}`;
  if (network !== undefined) {
    return `${what}: npm could not reach its package registry (${network}).\nCheck the network, the proxy (npm config get proxy) and the registry (npm config get registry).\n${tail}`;
  }
  if (/\bE404\b/.test(output)) return `${what}: the package registry does not have it.\n${tail}`;
  return `${what}: npm failed.\n${tail}`;
}

/** `what` opens the sentence shown when it fails. */
export async function npm(what: string, folder: string, args: string[]): Promise<void> {
  const { file, args: before } = command();
  let finished: { code: number; output: string };
  try {
    finished = await run(file, [...before, ...args, "--no-audit", "--no-fund", "--fetch-retries=1"], {
      cwd: folder,
      env: environment(),
    });
  } catch (error) {
    throw new PlainError(`${what}: npm could not be started (${(error as Error).message}).`);
  }
  if (finished.code !== 0) throw new PlainError(explain(what, finished.output));
}
