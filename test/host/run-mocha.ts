// One suite in a process of its own: runs the given test files with mocha and writes what they came to. A suite
// that leaves a socket, timer or child behind fails, where mocha would wait for ever or hide it.

import { resolve } from "node:path";
import Mocha from "mocha";
import { endOnSignals, stopAll } from "./processes.ts";
import { countResults, writeResults } from "./results.ts";

const LEFT_OPEN = 3;
const LINGER_MS = 10_000;

const [resultsFile, ...files] = process.argv.slice(2);
if (resultsFile === undefined || files.length === 0) {
  throw new Error("usage: run-mocha.ts <results file> <test files>");
}

endOnSignals();
const mocha = new Mocha({ ui: "bdd", reporter: "spec", timeout: 60_000, forbidOnly: true });
for (const file of files) mocha.addFile(resolve(file));
await mocha.loadFilesAsync();
const runner = mocha.run((failures) => {
  writeResults(resultsFile, results);
  process.exitCode = failures > 0 ? 1 : 0;
  setTimeout(() => {
    console.error(`Left open after the last test: ${process.getActiveResourcesInfo().join(", ")}`);
    void stopAll().then(() => process.exit(LEFT_OPEN));
  }, LINGER_MS).unref();
  process.once("beforeExit", () => void stopAll());
});
const results = countResults(runner);
