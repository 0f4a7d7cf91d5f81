// The walls between the rooms, read from what esbuild really bundled: which room may import which, and which
// packages may enter where. Types are free to cross; code is not.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";

interface Metafile {
  inputs: Record<string, { imports: { path: string; external?: boolean; original?: string }[] }>;
}

const BUNDLES = [
  "extension",
  "server",
  "backend",
  "library",
  "client",
  "tokenizer",
  "webview",
  "usage",
  "lib/schema",
  "lib/openrpc",
  "lib/router",
  "lib/diagnosis",
  "lib/proxy",
  "lib/jsonrpc",
];

/** Room -> the other rooms it may import. Read downwards this is a ladder: nothing imports what stands below it. */
const MAY_IMPORT: Record<string, string[]> = {
  protocol: [],
  connection: ["protocol"],
  providers: ["protocol"],
  engine: ["protocol", "providers"],
  globals: ["protocol"],
  config: ["protocol", "providers", "engine"],
  models: ["protocol", "providers"],
  tokens: ["protocol", "providers", "models"],
  cost: ["protocol", "providers", "engine", "models", "tokens"],
  store: ["protocol", "providers", "engine"],
  observe: ["protocol", "providers", "engine", "models", "cost"],
  router: ["protocol", "providers", "engine"],
  service: [
    "protocol",
    "providers",
    "engine",
    "config",
    "models",
    "tokens",
    "cost",
    "store",
    "router",
    "observe",
  ],
  transports: [
    "protocol",
    "connection",
    "providers",
    "engine",
    "config",
    "models",
    "tokens",
    "cost",
    "store",
    "router",
    "service",
  ],
  main: [
    "protocol",
    "connection",
    "providers",
    "engine",
    "config",
    "models",
    "tokens",
    "cost",
    "store",
    "router",
    "observe",
    "service",
    "transports",
    "globals",
  ],
  src: ["protocol", "connection"],
  webview: ["protocol"],
};

/** Package -> the only places that may import it. */
const PACKAGE_PLACES: [RegExp, RegExp, string][] = [
  [/^vscode$/, /^src\//, "only src/ knows VS Code"],
  [/^undici$/, /^server\/engine\//, "only the engine opens a socket"],
  [
    /^vscode-jsonrpc/,
    /^server\/(connection|transports)\//,
    "only the connection and the transports know JSON-RPC",
  ],
  [
    /^(node:)?(net|tls|http|https|http2|dgram)$/,
    /^server\/(engine|transports)\//,
    "only the engine and the transports touch the network",
  ],
  [/^zod$/, /^server\/protocol\//, "only the contract validates with zod"],
];

/** Packages that compute and do nothing else: a signature of a request, its date given. */
const PURE = new Set(["aws4"]);

/** Bundles that are loaded into somebody else's process, where zod would cost more than it checks. */
const WITHOUT_ZOD = ["extension", "webview", "client", "usage"];

/** Files of server/ itself, by the room they belong to. */
const TOP_FILES: Record<string, string> = {
  "service.ts": "service",
  "validate.ts": "service",
  "call-fallbacks.ts": "service",
  "routing.ts": "service",
  "routing-fit.ts": "service",
  "call-book.ts": "service",
  "kept-answers.ts": "service",
  "main.ts": "main",
  "backend.ts": "main",
  "kept-code.ts": "main",
  "index.ts": "main",
  "library.ts": "main",
  "library-router.ts": "main",
  "globals.ts": "globals",
};

function roomOf(path: string): string | undefined {
  const [top = "", second = ""] = path.split("/");
  if (top === "src" || top === "webview") return top;
  if (top !== "server") return undefined;
  return TOP_FILES[second] ?? second;
}

function packageOf(path: string): string | undefined {
  const inside = path.split("node_modules/").at(-1);
  if (inside === undefined || inside === path) return undefined;
  const [first = "", second = ""] = inside.split("/");
  return first.startsWith("@") ? `${first}/${second}` : first;
}

function breaches(bundle: string, { inputs }: Metafile): string[] {
  const found: string[] = [];
  for (const [file, { imports }] of Object.entries(inputs)) {
    if (WITHOUT_ZOD.includes(bundle) && packageOf(file) === "zod")
      found.push(`${bundle}: holds zod (${file})`);
    const room = roomOf(file);
    if (room === undefined) continue;
    const allowed = MAY_IMPORT[room];
    if (allowed === undefined) {
      found.push(`${file}: a room of its own, which MAY_IMPORT does not know`);
      continue;
    }
    for (const { path, external } of imports) {
      const other = external === true ? undefined : roomOf(path);
      if (other !== undefined && other !== room && !allowed.includes(other)) {
        found.push(`${file} imports ${path}: ${room} may not import ${other}`);
      }
      // VS Code's API is handed on by a module of the build (esbuild.mjs).
      const outside = path === "one-vscode:vscode" ? "vscode" : external === true ? path : packageOf(path);
      if (outside === undefined || outside.startsWith("./")) continue;
      if (room === "providers" && !PURE.has(outside))
        found.push(`${file} imports ${outside}: providers are pure functions`);
      for (const [name, places, why] of PACKAGE_PLACES) {
        if (name.test(outside) && !places.test(file)) found.push(`${file} imports ${outside}: ${why}`);
      }
    }
  }
  return found;
}

describe("import walls", () => {
  for (const bundle of BUNDLES) {
    it(`hold in the ${bundle} bundle`, () => {
      const metafile = JSON.parse(readFileSync(`dist/meta/${bundle}.json`, "utf8")) as Metafile;
      assert.ok(
        Object.keys(metafile.inputs).some((file) => roomOf(file) !== undefined),
        "it bundles our files",
      );
      assert.deepEqual([...new Set(breaches(bundle, metafile))], []);
    });
  }

  it("are seen when broken", () => {
    const one = (file: string, path: string, external = false): Metafile => ({
      inputs: { [file]: { imports: [{ path, external }] } },
    });
    assert.equal(breaches("backend", one("server/protocol/a.ts", "server/engine/b.ts")).length, 1);
    assert.equal(breaches("backend", one("server/engine/a.ts", "server/config/b.ts")).length, 1);
    assert.equal(breaches("extension", one("src/a.ts", "server/service.ts")).length, 1);
    assert.equal(breaches("webview", one("webview/a.ts", "server/connection/client.ts")).length, 1);
    assert.equal(breaches("backend", one("server/service.ts", "vscode", true)).length, 1);
    assert.equal(breaches("backend", one("server/service.ts", "one-vscode:vscode")).length, 1);
    assert.equal(breaches("backend", one("server/providers/a.ts", "node:fs", true)).length, 1);
    assert.equal(breaches("backend", one("server/service.ts", "node_modules/undici/index.js")).length, 1);
    assert.equal(breaches("webview", { inputs: { "node_modules/zod/index.js": { imports: [] } } }).length, 1);
    assert.deepEqual(breaches("backend", one("server/engine/a.ts", "server/protocol/b.ts")), []);
    assert.deepEqual(breaches("extension", one("src/a.ts", "vscode", true)), []);
  });
});
