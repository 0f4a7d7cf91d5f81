#!/usr/bin/env node
// argv -> transport. console.* goes to stderr first of all: stdout carries frames and nothing else.

for (const name of ["log", "info", "debug", "warn"] as const) console[name] = console.error;

import { enableCompileCache, getCompileCacheDir } from "node:module";
import { join } from "node:path";
import { KeptCode } from "./kept-code.ts";
import { METHOD } from "./protocol/names.ts";

/** What somebody waits for after a start. */
const STEPS: Readonly<Record<string, number>> = {
  [METHOD.initialize]: 1,
  [METHOD.completion]: 2,
  [METHOD.completionStream]: 4,
};

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`edgequake-server needs Node 22.19 or newer; this is Node ${process.versions.node}`);
  process.exit(2);
}
enableCompileCache();
if (process.report) process.report.excludeEnv = true;
// The file is beside this one and not part of it.
const kept = new KeptCode(join(__dirname, "backend.js"), getCompileCacheDir());
const { start } = kept.exports as typeof import("./backend.ts");
start(process.argv.slice(2), {
  env: process.env,
  onAnswered(method) {
    const step = STEPS[method];
    if (step !== undefined) kept.took(step);
  },
});
