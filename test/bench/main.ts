// The bench: rounds of interleaved measurements, each in a fresh process, against a provider on loopback.
// Prints ratios to the floor and the goals, and writes JSON to bench-results/. --help names the flags.

import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { checkAgainstBestPeer } from "./best-peer.ts";
import { buildProject, prepare, RESULTS, ROOT } from "./build.ts";
import { runMeasurement, startProvider } from "./children.ts";
import { checkGoals } from "./goals.ts";
import { planRound } from "./plan.ts";
import { Results } from "./results.ts";
import { bundleSizes } from "./sizes.ts";
import { report } from "./table.ts";

const USAGE = `npm run bench -- [--rounds=5] [--only=P1,P5] [--strict] [--dist=DIR] [--cpu-prof=DIR]
  --rounds    rounds of every measurement; medians are taken over them
  --only      only what these goals need
  --strict    exit code 1 when a goal is missed or was not measured
  --dist      measure this build and do not build
  --cpu-prof  write CPU profiles of caller and backend there (the figures are then worth nothing)`;
/** No new round starts that would end after this. */
const BUDGET_MS = 9.5 * 60_000;

const { values } = parseArgs({
  options: {
    rounds: { type: "string", default: "5" },
    only: { type: "string", default: "" },
    strict: { type: "boolean", default: false },
    dist: { type: "string" },
    "cpu-prof": { type: "string" },
    help: { type: "boolean", default: false },
  },
});

async function run(): Promise<boolean> {
  const rounds = Number(values.rounds);
  const only = values.only.split(",").filter((goal) => goal !== "");
  const plan = planRound(only);
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error("--rounds is a number, 1 or more");
  if (values.dist === undefined) buildProject();
  const dist = resolve(values.dist ?? join(ROOT, "dist"));
  const execArgv =
    values["cpu-prof"] === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${resolve(values["cpu-prof"])}`];
  const built = await prepare(dist);
  // The children end by themselves when their channel closes.
  const interrupted = (): void => {
    built.remove();
    process.exit(130);
  };
  process.once("SIGINT", interrupted);
  process.once("SIGTERM", interrupted);
  const provider = await startProvider(built.provider);
  const results = new Results();
  const failures: string[] = [];
  const began = performance.now();
  try {
    for (let round = 0; round < rounds; round += 1) {
      const spent = performance.now() - began;
      if (round > 0 && spent + spent / round > BUDGET_MS) {
        console.log(`Stopped after ${round} rounds: another would take the run past its time.`);
        break;
      }
      results.startRound();
      for (const measurement of plan) {
        const { name, peer, mode } = measurement;
        if (process.stderr.isTTY)
          process.stderr.write(`\r\x1b[Kround ${round + 1}/${rounds} ${name} ${peer}`);
        const options = { base: `http://127.0.0.1:${provider.port}/${mode}/v1`, dist: built.dist, execArgv };
        try {
          results.record(peer, name, await runMeasurement(built.measure, { measurement, options }, execArgv));
        } catch (error) {
          failures.push(`${name} of ${peer}, round ${round + 1}: ${(error as Error).message}`);
        }
      }
    }
  } finally {
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    await provider.end();
    built.remove();
  }
  const sizes = bundleSizes(dist);
  const checks = [
    ...checkGoals(results, sizes).filter(({ goal }) => only.length === 0 || only.includes(goal)),
    ...checkAgainstBestPeer(results),
  ];
  const seconds = Math.round((performance.now() - began) / 1000);
  const machine = `Node ${process.versions.node}, ${cpus().length} × ${cpus()[0]?.model ?? "unknown"}`;
  console.log(`${results.rounds} rounds in ${seconds} s; ${machine}\n`);
  console.log(report(results, sizes, checks));
  for (const failure of failures) console.log(`\nFAILED: ${failure}`);
  mkdirSync(RESULTS, { recursive: true });
  const file = join(RESULTS, `${new Date().toISOString().replaceAll(":", "-")}.json`);
  writeFileSync(
    file,
    `${JSON.stringify({ machine, seconds, rounds: results, sizes, goals: checks, failures }, null, 2)}\n`,
  );
  console.log(`\nWritten to ${file}`);
  return failures.length === 0 && checks.every(({ pass }) => pass === true);
}

if (values.help) console.log(USAGE);
else {
  const met = await run();
  if (values.strict && !met) process.exitCode = 1;
}
