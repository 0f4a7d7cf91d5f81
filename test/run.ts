// `npm test`: builds once, runs every suite in order, each in a process of its own, and ends with one line
// "N passed, N failed". With names of suites as arguments it runs only those.

import type { SpawnOptions } from "node:child_process";
import { existsSync, globSync, mkdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { build, PROJECT, packVsix } from "./host/build.ts";
import { findChromium } from "./host/chromium.ts";
import { fetchNode22 } from "./host/node-22.ts";
import { goOn, LONG_GRACE_MS, PlainError, runMain, start } from "./host/processes.ts";
import { add, closingLine, NONE, type Results, readResults, steadied } from "./host/results.ts";
import { fetchVSCode, OLDEST_VSCODE } from "./host/vscode.ts";

const RESULTS = join(PROJECT, "test-results");
const CORPUS = join(PROJECT, "..", "shared", "corpus", "INDEX.json");

interface Suite {
  name: string;
  title: string;
  /** Test files, or the one script that runs the suite by itself. */
  files?: string[];
  script?: string;
  /** Fetches what the suite needs, and gives environment variables. */
  prepare?(): Promise<Record<string, string>>;
  /** Of a whole editor on a machine that may be busy: a file that fails runs once more by itself, and that is told. */
  onceMore?: boolean;
  /** Why this suite is left out here. */
  absent?(): string | undefined;
}

let packed: Promise<string> | undefined;

async function prepareVSCode(): Promise<Record<string, string>> {
  await findChromium();
  await fetchVSCode();
  packed ??= packVsix(RESULTS);
  return { EDGEQUAKE_VSIX: await packed };
}

async function prepareOldest(): Promise<Record<string, string>> {
  await fetchVSCode(OLDEST_VSCODE);
  return {
    ...(await prepareVSCode()),
    EDGEQUAKE_TEST_VSCODE: OLDEST_VSCODE,
    EDGEQUAKE_TEST_HOST_NODE: await fetchNode22(),
  };
}

const SUITES: Suite[] = [
  { name: "unit", title: "Units and providers", files: ["test/unit/**/*.test.ts", "test/*.test.ts"] },
  { name: "store", title: "Store: files, processes, kills", files: ["test/store/**/*.test.ts"] },
  { name: "protocol", title: "Protocol: the built backend", files: ["test/protocol/**/*.test.ts"] },
  {
    name: "protocol",
    title: "Protocol: the built backend on Node 22",
    files: ["test/protocol/**/*.test.ts"],
    prepare: async () => ({ EDGEQUAKE_TEST_NODE: await fetchNode22() }),
  },
  {
    name: "corpus",
    title: "Corpus: recorded provider exchanges",
    files: ["test/corpus/**/*.test.ts"],
    absent: () =>
      existsSync(CORPUS)
        ? undefined
        : "the recorded exchanges are not at ../shared/corpus; this suite is left out",
  },
  {
    name: "webview",
    title: "Webview: the chat's page in Chromium",
    files: ["test/webview/*.test.ts"],
    prepare: async () => {
      await findChromium();
      return {};
    },
  },
  {
    name: "vscode",
    title: "VS Code: inside its extension host",
    script: "test/vscode/in-host.ts",
    prepare: prepareVSCode,
  },
  {
    name: "oldest",
    title: `VS Code ${OLDEST_VSCODE}, the oldest supported, on Node 22: inside its extension host`,
    script: "test/vscode/in-host.ts",
    prepare: prepareOldest,
  },
  {
    name: "vscode",
    title: "VS Code: the chat in Chromium",
    onceMore: true,
    files: ["test/vscode/*.test.ts"],
    prepare: prepareVSCode,
  },
];

function runSuite(suite: Suite, resultsFile: string, env: Record<string, string>): Promise<number> {
  const files = (suite.files ?? []).flatMap((pattern) => globSync(pattern, { cwd: PROJECT }).sort());
  if (suite.script === undefined && files.length === 0) {
    console.log(`  No test file matches ${suite.files?.join(", ")}.`);
    return Promise.resolve(1);
  }
  const args =
    suite.script === undefined
      ? [join(PROJECT, "test", "host", "run-mocha.ts"), resultsFile, ...files]
      : [join(PROJECT, suite.script), resultsFile];
  return new Promise((resolve, reject) => {
    const options: SpawnOptions = {
      cwd: PROJECT,
      env: { ...process.env, ...env, EDGEQUAKE_BUILT: "1" },
      stdio: ["ignore", "inherit", "inherit"],
    };
    const child = start(process.execPath, args, options, LONG_GRACE_MS);
    child.once("error", reject);
    child.once("exit", (code, signal) => resolve(code ?? (signal === null ? 1 : 128)));
  });
}

/** What a suite came to, when the files in which something failed have run once more. */
async function onceMore(
  suite: Suite,
  resultsFile: string,
  env: Record<string, string>,
): Promise<Results | undefined> {
  const first = readResults(resultsFile);
  const files = [...new Set(first?.failedFiles)];
  if (!first || files.length === 0 || files.includes("")) return first;
  console.log(`  Once more, by themselves: ${files.map((file) => relative(PROJECT, file)).join(", ")}`);
  const againFile = `${resultsFile}.again`;
  await runSuite({ ...suite, files: files.map((file) => relative(PROJECT, file)) }, againFile, env);
  goOn();
  return steadied(first, readResults(againFile));
}

/** What is wrong with a suite beside its tests. */
function brokenBy(results: Results | undefined, code: number): string | undefined {
  if (results === undefined) return `The suite's process ended (${code}) before it reported anything.`;
  if (code !== 0 && results.failed === 0)
    return `Every test passed, but the suite's process ended with ${code}.`;
  if (results.passed + results.failed === 0) return "The suite ran no test.";
  return undefined;
}

async function main(): Promise<number> {
  const names = process.argv.slice(2);
  const known = new Set(SUITES.map(({ name }) => name));
  for (const name of names) {
    if (!known.has(name))
      throw new PlainError(`No suite is called ${name}. There are: ${[...known].join(", ")}.`);
  }
  const wanted = SUITES.filter(({ name }) => names.length === 0 || names.includes(name));
  rmSync(RESULTS, { recursive: true, force: true });
  mkdirSync(RESULTS, { recursive: true });
  process.stdout.write(await build());

  // Whatever has to be fetched or installed: a machine that lacks something is told so before the first test.
  const runs: { suite: Suite; reason: string | undefined; env: Record<string, string> }[] = [];
  for (const suite of wanted) {
    const reason = suite.absent?.();
    runs.push({ suite, reason, env: reason === undefined ? ((await suite.prepare?.()) ?? {}) : {} });
  }

  let total: Results = NONE;
  const lines: string[] = [];
  for (const [index, { suite, reason, env }] of runs.entries()) {
    console.log(`\n[${index + 1} of ${runs.length}] ${suite.title}`);
    if (reason !== undefined) {
      console.log(`  ${reason}`);
      lines.push(`${suite.title}: left out, ${reason}`);
      continue;
    }
    const resultsFile = join(RESULTS, `suite-${index + 1}.json`);
    const code = await runSuite(suite, resultsFile, env);
    goOn();
    const reported = suite.onceMore ? await onceMore(suite, resultsFile, env) : readResults(resultsFile);
    const broken = brokenBy(reported, reported?.failed === 0 && reported.unsteady.length > 0 ? 0 : code);
    let results = reported ?? NONE;
    if (broken !== undefined) {
      console.log(`  ${broken}`);
      results = add(results, { ...NONE, failed: 1, failures: [`${suite.title}: ${broken}`] });
    }
    total = add(total, results);
    lines.push(`${suite.title}: ${closingLine(results)}`);
  }

  console.log(`\n${lines.join("\n")}`);
  for (const title of total.unsteady) console.log(`unsteady, failed once and passed alone: ${title}`);
  for (const failure of total.failures) console.log(`failed: ${failure}`);
  for (const title of total.skipped) console.log(`skipped: ${title}`);
  console.log(`\n${closingLine(total)}`);
  return total.failed === 0 ? 0 : 1;
}

await runMain(main);
