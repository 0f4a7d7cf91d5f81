// Runs the in-host suites in the real VS Code, opened in Chromium: EdgeQuake installed as the package people
// get, the consumer extension loaded from its folder. Prints what the suites say as they say it.

import { existsSync, readFileSync } from "node:fs";
import { launchBrowser, openWorkbench } from "../host/browser.ts";
import { packFolder, packVsix } from "../host/build.ts";
import { pageAddress, startCodeHost } from "../host/code-host.ts";
import { poll } from "../host/poll.ts";
import { PlainError, runMain } from "../host/processes.ts";
import { readResults } from "../host/results.ts";
import { sampleWorkspace, temporaryFolder } from "../host/sample-workspace.ts";
import { OLDEST_VSCODE } from "../host/vscode.ts";
import { bundleSuites, CONSUMER, SAMPLE, WORKER } from "./bundle-suites.ts";
import { quietEnvironment } from "./quiet-environment.ts";

const DEADLINE_MS = 900_000;
const START_DEADLINE_MS = 180_000;

await runMain(async () => {
  const resultsFile = process.argv[2];
  if (resultsFile === undefined) throw new PlainError("usage: in-host.ts <results file>");
  const tests = await bundleSuites();
  const dataFolder = temporaryFolder("vscode");
  const workspace = sampleWorkspace();
  const { EDGEQUAKE_TEST_VSCODE: version, EDGEQUAKE_TEST_HOST_NODE: node } = process.env;
  const host = await startCodeHost({
    ...(version === OLDEST_VSCODE ? { version } : {}),
    ...(node === undefined ? {} : { node }),
    dataFolder,
    workspace,
    testDriver: true,
    vsix: [
      await packVsix(dataFolder),
      await packFolder(SAMPLE, dataFolder),
      await packFolder(WORKER, dataFolder),
    ],
    env: {
      ...quietEnvironment(dataFolder),
      EDGEQUAKE_TEST_RESULTS: resultsFile,
      EDGEQUAKE_TEST_DIALOGS: "answered",
    },
  });
  const browser = await launchBrowser();
  const complaints: string[] = [];
  const log = `${resultsFile}.log`;
  let shown = 0;
  const show = (): void => {
    if (!existsSync(log)) return;
    const bytes = readFileSync(log);
    process.stdout.write(bytes.subarray(shown));
    shown = bytes.length;
  };
  try {
    const page = await openWorkbench(
      browser,
      pageAddress(host, { workspace, development: CONSUMER, tests, skipWelcome: true }),
      (line) => complaints.push(line),
    );
    await poll("the first word of the in-host suites", START_DEADLINE_MS, () => existsSync(log));
    // What VS Code asks a person in a dialog before a tool of EdgeQuake's runs; the suites cannot press its button.
    const confirm = page
      .locator(".monaco-dialog-box", { hasText: "through EdgeQuake" })
      .locator(".monaco-button");
    const results = await poll("the results of the in-host suites", DEADLINE_MS, async () => {
      show();
      if (await confirm.first().isVisible()) await confirm.first().click();
      if (page.isClosed()) throw new Error("the window closed before the suites reported");
      return readResults(resultsFile);
    });
    show();
    return results.failed === 0 ? 0 : 1;
  } catch (error) {
    show();
    console.error(`The window's console:\n${complaints.slice(-40).join("\n")}`);
    console.error(`VS Code's server:\n${host.log().trim().slice(-4000)}`);
    throw error;
  } finally {
    await browser.close();
    await host.stop();
  }
});
