// `npm run test:desktop`: the in-host suites in downloaded desktop builds of VS Code, the oldest that is
// supported and the newest, for people who sit at one. Needs a display and the download site of VS Code.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { runTests } from "@vscode/test-electron";
import { bundleSuites, CONSUMER, SAMPLE } from "../vscode/bundle-suites.ts";
import { quietEnvironment } from "../vscode/quiet-environment.ts";
import { build, PROJECT } from "./build.ts";
import { PlainError, runMain } from "./processes.ts";
import { add, closingLine, NONE, readResults } from "./results.ts";
import { sampleWorkspace, temporaryFolder } from "./sample-workspace.ts";

function oldestSupported(): string {
  const manifest = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
    engines: { vscode: string };
  };
  return manifest.engines.vscode.replace(/^\^/, "");
}

await runMain(async () => {
  await build();
  const extensionTestsPath = await bundleSuites();
  let total = NONE;
  for (const version of [oldestSupported(), "stable"]) {
    console.log(`\nVS Code ${version}`);
    const home = temporaryFolder("desktop");
    const resultsFile = join(home, "results.json");
    let problem = "";
    try {
      await runTests({
        version,
        extensionDevelopmentPath: [PROJECT, CONSUMER, SAMPLE],
        extensionTestsPath,
        extensionTestsEnv: { ...quietEnvironment(home), EDGEQUAKE_TEST_RESULTS: resultsFile },
        launchArgs: [
          sampleWorkspace(),
          "--disable-extensions",
          "--disable-workspace-trust",
          `--user-data-dir=${join(home, "user")}`,
        ],
      });
    } catch (error) {
      // A failing test ends here too; the results tell them apart.
      problem = (error as Error).message;
    }
    const results = readResults(resultsFile);
    if (results === undefined) {
      throw new PlainError(
        `VS Code ${version} could not be fetched or started: ${problem}\nWithout a desktop, npm run test:vscode runs the same suites in VS Code's server.`,
      );
    }
    console.log(readFileSync(`${resultsFile}.log`, "utf8"));
    total = add(total, results);
  }
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
});
