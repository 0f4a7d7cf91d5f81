// The in-host suites as the one file VS Code loads. mocha and vscode stay outside: the first is found in
// node_modules beside it, the second is the host's own.

import { join } from "node:path";
import { build as bundle } from "esbuild";
import { PROJECT } from "../host/build.ts";

export async function bundleSuites(): Promise<string> {
  const outfile = join(PROJECT, ".cache", "in-host-suites.cjs");
  await bundle({
    entryPoints: [join(PROJECT, "test", "vscode", "in-host", "run.ts")],
    outfile,
    bundle: true,
    platform: "node",
    target: "node22",
    format: "cjs",
    external: ["vscode", "mocha"],
    logLevel: "warning",
    sourcemap: "inline",
  });
  return outfile;
}

export const CONSUMER = join(PROJECT, "test", "vscode", "consumer-extension");
export const SAMPLE = join(PROJECT, "test", "sample-extension");
/** Runs in the worker of the browser. */
export const WORKER = join(PROJECT, "test", "vscode", "worker-extension");

// For F5: the launch configuration builds the suites before it starts the window.
if (import.meta.main) await bundleSuites();
