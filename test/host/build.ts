// Builds the product, and packs it as people install it. One build per process, however many ask.

import { existsSync, mkdirSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { pack } from "./pack.ts";
import { PlainError, run } from "./processes.ts";
import { withStep } from "./progress.ts";

export const PROJECT = resolve(import.meta.dirname, "..", "..");

let built: Promise<string> | undefined;

async function tool(what: string, script: string, args: string[]): Promise<string> {
  const finished = await run(process.execPath, [join(PROJECT, script), ...args], { cwd: PROJECT });
  if (finished.code !== 0) throw new PlainError(`${what} failed:\n${finished.output.trim()}`);
  return finished.output;
}

/** Gives the size report of the bundles. */
export function build(): Promise<string> {
  built ??=
    // The runner builds once for all suites and tells its children so.
    process.env["EDGEQUAKE_BUILT"] === "1" && existsSync(join(PROJECT, "dist", "server.js"))
      ? Promise.resolve("")
      : withStep("Building EdgeQuake", () => tool("The build", "esbuild.mjs", []));
  return built;
}

/** Packs the built product; gives the path of the VSIX. */
export async function packVsix(folder: string): Promise<string> {
  // The runner packs once for all suites.
  const ready = process.env["EDGEQUAKE_VSIX"];
  if (ready !== undefined && existsSync(ready)) return ready;
  await build();
  mkdirSync(folder, { recursive: true });
  const file = join(folder, "edgequake.vsix");
  await withStep("Packing the extension", () => pack(PROJECT, file));
  return file;
}

/** Packs another extension, which has nothing to build. */
export async function packFolder(extension: string, folder: string): Promise<string> {
  const file = join(folder, `${basename(extension)}.vsix`);
  mkdirSync(folder, { recursive: true });
  const finished = await run(
    process.execPath,
    [
      join(PROJECT, "node_modules/@vscode/vsce/vsce"),
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--skip-license",
      `--out=${file}`,
    ],
    { cwd: extension },
  );
  if (finished.code !== 0)
    throw new PlainError(`Packing ${basename(extension)} failed:\n${finished.output.trim()}`);
  return file;
}
