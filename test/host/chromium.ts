// The installed Chromium, or how to get it: as root it is installed by apt, otherwise the one command is printed.

import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";
import { PlainError, run } from "./processes.ts";
import { startStep } from "./progress.ts";

const NAMES = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"];

/** What Chromium must be told so that it runs as root, without a screen, and asks nobody outside anything. */
export const CHROMIUM_ARGUMENTS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function lookUp(): string | undefined {
  const given = process.env["CHROME_PATH"];
  if (given !== undefined && given !== "") {
    if (!isExecutable(given)) throw new PlainError(`CHROME_PATH names ${given}, which is not a program.`);
    return given;
  }
  for (const name of NAMES) {
    for (const folder of (process.env["PATH"] ?? "").split(delimiter)) {
      const file = join(folder, name);
      if (folder !== "" && isExecutable(file)) return file;
    }
  }
  return undefined;
}

export async function findChromium(): Promise<string> {
  const found = lookUp();
  if (found !== undefined) return found;
  const byHand =
    "The tests drive VS Code in Chromium, and none is installed.\n" +
    "On Debian: sudo apt-get update && sudo apt-get install -y chromium\n" +
    "Or set CHROME_PATH to a Chromium or Chrome.";
  if (process.getuid?.() !== 0) throw new PlainError(byHand);
  const step = startStep("Installing Chromium by apt");
  const env = { ...process.env, DEBIAN_FRONTEND: "noninteractive" };
  for (const args of [["update"], ["install", "-y", "--no-install-recommends", "chromium"]]) {
    step.update(`apt-get ${args[0]}`);
    const finished = await run("apt-get", args, { env }).catch((error: Error) => ({
      code: 1,
      output: error.message,
    }));
    if (finished.code !== 0) {
      step.fail();
      throw new PlainError(`${byHand}\napt-get ${args[0]} said:\n${finished.output.trim().slice(-2000)}`);
    }
  }
  step.done();
  const installed = lookUp();
  if (installed === undefined) throw new PlainError(byHand);
  return installed;
}
