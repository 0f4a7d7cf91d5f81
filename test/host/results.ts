// What one suite came to, in the form it crosses from the process that ran it to the runner: a JSON file,
// written whole or not at all.

import { readFileSync, renameSync, writeFileSync } from "node:fs";
import type Mocha from "mocha";

export interface Results {
  passed: number;
  failed: number;
  /** Each with its full title and what it said: of a long run, mocha's own list has scrolled away. */
  failures: string[];
  /** The files of those. */
  failedFiles: string[];
  /** Failed at first, and passed in a process of their own: told, so that somebody looks. */
  unsteady: string[];
  /** Full titles; a test that is left out gives its reason in its title. */
  skipped: string[];
}

/** Characters of what a failed test said. */
const MOST_SAID = 1_000;

export const NONE: Results = {
  passed: 0,
  failed: 0,
  failures: [],
  failedFiles: [],
  unsteady: [],
  skipped: [],
};

export function add(a: Results, b: Results): Results {
  return {
    passed: a.passed + b.passed,
    failed: a.failed + b.failed,
    failures: [...a.failures, ...b.failures],
    failedFiles: [...a.failedFiles, ...b.failedFiles],
    unsteady: [...a.unsteady, ...b.unsteady],
    skipped: [...a.skipped, ...b.skipped],
  };
}

export function writeResults(file: string, results: Results): void {
  writeFileSync(`${file}.part`, JSON.stringify(results));
  renameSync(`${file}.part`, file);
}

/** undefined when the suite's process ended without having written any. */
export function readResults(file: string): Results | undefined {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
  return JSON.parse(text) as Results;
}

/** Counts a run while it goes, hooks that fail included. */
export function countResults(runner: Mocha.Runner): Results {
  const results: Results = { passed: 0, failed: 0, failures: [], failedFiles: [], unsteady: [], skipped: [] };
  runner.on("pass", () => {
    results.passed += 1;
  });
  runner.on("fail", (test, error) => {
    results.failed += 1;
    results.failedFiles.push(test.file ?? test.parent?.file ?? "");
    results.failures.push(`${test.fullTitle()}: ${String(error?.message ?? error).slice(0, MOST_SAID)}`);
  });
  runner.on("pending", (test) => {
    results.skipped.push(test.fullTitle());
  });
  return results;
}

/** What failed at first and passed `again`, all of it, in a process of its own. */
export function steadied(first: Results, again: Results | undefined): Results {
  if (!again || again.failed > 0 || again.passed === 0) return first;
  const { passed, failed, failures } = first;
  return { ...first, passed: passed + failed, failed: 0, failures: [], failedFiles: [], unsteady: failures };
}

/** The line that closes a run. */
export function closingLine({ passed, failed, skipped }: Results): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped.length > 0 ? `${line}, ${skipped.length} skipped` : line;
}
