// What the suites print. The extension host keeps console for itself, so it goes through a file that the runner
// outside reads along.

import { appendFileSync } from "node:fs";
import { format } from "node:util";

export function resultsFile(): string {
  const file = process.env["EDGEQUAKE_TEST_RESULTS"];
  if (file === undefined) throw new Error("EDGEQUAKE_TEST_RESULTS names no file");
  return file;
}

export function say(...parts: unknown[]): void {
  appendFileSync(`${resultsFile()}.log`, `${format(...parts)}\n`);
}
