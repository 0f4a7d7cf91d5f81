// A real VS Code, made from the package registry alone: the code-server package holds the whole of it. Guarantees
// that what it returns can run extensions (its two native modules are built) or says plainly what is missing.

import { existsSync, writeFileSync } from "node:fs";
import { delimiter, join } from "node:path";
import { cachedFolder } from "./cache-folder.ts";
import { npm } from "./npm.ts";
import { PlainError } from "./processes.ts";
import { startStep } from "./progress.ts";

/** Versions of the package, and the VS Code inside each. */
const PACKAGES = { "1.139.1": "4.139.1", "1.117.0": "4.117.0" } as const;
export type VSCodeVersion = keyof typeof PACKAGES;
export const VSCODE: VSCodeVersion = "1.139.1";
/** What engines.vscode promises. Its own Node is 22. */
export const OLDEST_VSCODE: VSCodeVersion = "1.117.0";

/** What a package forgot to name, and its git extension needs. Their caches are others than those of before. */
const FORGOTTEN: Partial<Record<VSCodeVersion, string>> = { "1.117.0": "@vscode/fs-copyfile@2.0.0" };

const INSIDE = join("node_modules", "code-server", "lib", "vscode");
// Without these two no extension activates; everything else native is optional.
const NATIVE = [
  ["@vscode/spdlog", join("node_modules", "@vscode", "spdlog", "build", "Release", "spdlog.node")],
  [
    "@vscode/native-watchdog",
    join("node_modules", "@vscode", "native-watchdog", "build", "Release", "watchdog.node"),
  ],
] as const;

function onPath(name: string): boolean {
  return (process.env["PATH"] ?? "").split(delimiter).some((folder) => existsSync(join(folder, name)));
}

function checkTools(version: VSCodeVersion): void {
  const packages = { python3: "python3", make: "make", "g++": "g++", git: "git" };
  const missing = Object.entries(packages).filter(([tool]) => !onPath(tool));
  if (missing.length === 0) return;
  throw new PlainError(
    `VS Code ${version} needs two native modules built, and this machine has no ${missing.map(([tool]) => tool).join(", no ")}.\n` +
      `On Debian: sudo apt-get install -y ${missing.map(([, name]) => name).join(" ")}`,
  );
}

/** The folder of `out/server-main.js`, fetched on first use (about a minute, 600 MB). */
export async function fetchVSCode(version = VSCODE): Promise<string> {
  const forgotten = FORGOTTEN[version];
  const name = `vscode-${version}${forgotten ? "-whole" : ""}-${process.platform}-${process.arch}`;
  const folder = await cachedFolder(name, { megabytes: 1500 }, async (making) => {
    checkTools(version);
    const step = startStep(`Fetching VS Code ${version} (once, about 600 MB)`);
    try {
      writeFileSync(join(making, "package.json"), '{ "private": true }\n');
      const failed = `VS Code ${version} could not be fetched`;
      step.update("1 of 3, its package");
      await npm(failed, making, ["install", `code-server@${PACKAGES[version]}`, "--ignore-scripts"]);
      const inside = join(making, INSIDE);
      step.update("2 of 3, what it depends on");
      await npm(failed, inside, [
        "install",
        "--omit=dev",
        "--ignore-scripts",
        ...(forgotten ? [forgotten] : []),
      ]);
      step.update("3 of 3, building its native modules");
      await npm(`The native modules of VS Code ${version} could not be built`, inside, [
        "rebuild",
        ...NATIVE.map(([module]) => module),
      ]);
      for (const [module, file] of NATIVE) {
        if (!existsSync(join(inside, file)))
          throw new PlainError(`npm built ${module}, but ${file} is not there.`);
      }
      step.done();
    } catch (error) {
      step.fail();
      throw error;
    }
  });
  return join(folder, INSIDE);
}
