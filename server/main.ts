#!/usr/bin/env node
// argv -> transport. console.* goes to stderr first of all: stdout carries frames and nothing else.

for (const name of ["log", "info", "debug", "warn"] as const) console[name] = console.error;

import { enableCompileCache } from "node:module";

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 22 || (major === 22 && minor < 19)) {
  console.error(`edgequake-server needs Node 22.19 or newer; this is Node ${process.versions.node}`);
  process.exit(2);
}
enableCompileCache();
if (process.report) process.report.excludeEnv = true;
// Loaded after the cache is on, so that it is served from it.
(require("./backend.js") as typeof import("./backend.ts")).start(process.argv.slice(2), process.env);
