// What the extension host loads: runs the suites below with mocha, tells the runner outside line by line, and
// leaves the results in the file it named.

import imported from "mocha";
import { countResults, writeResults } from "../../host/results.ts";
import { resultsFile, say } from "./say.ts";

/** Where an older Node requires an ES module it gets all its exports, and not the default one. */
const Mocha = ("default" in imported ? imported.default : imported) as typeof imported;

export async function run(): Promise<void> {
  const file = resultsFile();
  Mocha.reporters.Base.consoleLog = say;
  const mocha = new Mocha({ ui: "tdd", reporter: "spec", timeout: 120_000, forbidOnly: true });
  // To work on some of them.
  const { EDGEQUAKE_TEST_GREP: wanted } = process.env;
  if (wanted) mocha.grep(new RegExp(wanted));
  mocha.suite.emit("pre-require", globalThis as unknown as Mocha.MochaGlobals, "", mocha);
  await import("./startup.suite.ts");
  // Before every other call of the consumer: it asks for leave.
  await import("./consent.suite.ts");
  await import("./api.suite.ts");
  await import("./api-router.suite.ts");
  await import("./code-chat.suite.ts");
  await import("./code-edits.suite.ts");
  await import("./code-places.suite.ts");
  await import("./commit-message.suite.ts");
  await import("./event-loop.suite.ts");
  await import("./inline.suite.ts");
  await import("./backend-killed.suite.ts");
  await import("./editor-models.suite.ts");
  await import("./sample.suite.ts");
  await import("./other-host.suite.ts");
  await import("./tools.suite.ts");
  await import("./participant.suite.ts");
  // Last: once asked for, the editor lists the models again whenever something changes.
  await import("./language-models.suite.ts");
  await import("./language-model-parts.suite.ts");
  await import("./beyond-typings.suite.ts");
  await import("./three-ways.suite.ts");
  await import("./crash-loop.suite.ts");

  await new Promise<void>((resolve, reject) => {
    const runner = mocha.run((failures) => {
      writeResults(file, results);
      if (failures > 0) reject(new Error(`${failures} failed`));
      else resolve();
    });
    const results = countResults(runner);
  });
}
