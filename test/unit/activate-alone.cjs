// Runs as a program: reads the built extension and activates it with an editor that agrees to everything; prints the
// milliseconds of both.

const { readdirSync, readFileSync } = require("node:fs");
const Module = require("node:module");
const { join } = require("node:path");
// The extension host has all of these long before.
for (const name of ["net", "child_process", "crypto", "os", "util", "fs/promises", "stream", "events", "url"])
  require(`node:${name}`);

/** Whatever is asked of it, it is that. */
function anything() {
  return new Proxy(function nothing() {}, {
    get: (_, key) => {
      if (key === Symbol.toPrimitive) return () => "";
      if (key === Symbol.iterator) return function* none() {};
      return key === "then" ? undefined : anything();
    },
    apply: () => anything(),
    construct: () => anything(),
    set: () => true,
  });
}

const typings = readFileSync(require.resolve("@types/vscode/index.d.ts"), "utf8");
const names = typings.matchAll(/^\s*export (?:abstract )?(?:namespace|class|enum|const|function) (\w+)/gm);
const vscode = Object.fromEntries([...names].map(([, name]) => [name, anything()]));
const load = Module._load;
Module._load = function (name, ...rest) {
  return name === "vscode" ? vscode : load.call(this, name, ...rest);
};

const folder = process.argv[2];
const before = performance.now();
const extension = require(join(folder, "dist", "extension.js"));
const exported = extension.activate({
  subscriptions: [],
  extensionPath: folder,
  extensionUri: anything(),
  globalStorageUri: { fsPath: join(folder, "nowhere") },
  logUri: anything(),
  globalState: { get: () => undefined, update: async () => {}, keys: () => [] },
  workspaceState: { get: () => undefined, update: async () => {}, keys: () => [] },
  secrets: { get: async () => undefined, keys: async () => [], onDidChange: () => ({ dispose() {} }) },
  extension: { id: "edgequake.edgequake", packageJSON: { version: "0.0.0" } },
  environmentVariableCollection: anything(),
});
const took = performance.now() - before;
if (typeof exported?.getAPI !== "function") throw new Error("it was not activated");
// What is loaded later can be loaded, each file with all that it takes from the others.
for (const name of readdirSync(join(folder, "dist")).filter((file) => /^extension-.*\.js$/.test(file))) {
  const part = require(join(folder, "dist", name));
  const missing = Object.entries(part).filter(([, value]) => value === undefined);
  if (Object.keys(part).length === 0 || missing.length > 0) throw new Error(`${name} gives nothing`);
}
process.stdout.write(`${took}\n`);
process.exit(0);
