// Node 22, the oldest the bundles run on, from the package registry into the cache.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { cachedFolder } from "./cache-folder.ts";
import { npm } from "./npm.ts";
import { PlainError, run } from "./processes.ts";
import { withStep } from "./progress.ts";

export async function fetchNode22(): Promise<string> {
  const inside = join("node_modules", "node", "bin", process.platform === "win32" ? "node.exe" : "node");
  const name = `node-22-${process.platform}-${process.arch}`;
  const folder = await cachedFolder(name, { megabytes: 300 }, (making) =>
    withStep("Fetching Node 22 (once, about 130 MB)", async () => {
      writeFileSync(join(making, "package.json"), '{ "private": true }\n');
      await npm("Node 22 could not be fetched", making, ["install", "node@22"]);
      const answer = await run(join(making, inside), ["--version"]).catch((error: Error) => ({
        code: 1,
        output: error.message,
      }));
      if (answer.code !== 0 || !answer.output.startsWith("v22.")) {
        throw new PlainError(
          `The node@22 package did not bring a Node 22 that runs: ${answer.output.trim()}`,
        );
      }
    }),
  );
  return join(folder, inside);
}
