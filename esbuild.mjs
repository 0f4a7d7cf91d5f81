// Builds every bundle: the extension, the backend, the library and the webview. --watch rebuilds;
// a size report is printed, and the metafiles (dist/meta/*.json) are what the import-wall test reads.

import {
  copyFileSync,
  existsSync,
  globSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { dirname, join, relative } from "node:path";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { inParts } from "./in-parts.mjs";
import { lateModules, withoutHttp2 } from "./lean-start.mjs";
import { notices } from "./notices.mjs";

const watch = process.argv.includes("--watch");
const { version } = JSON.parse(readFileSync("package.json", "utf8"));

const shared = {
  bundle: true,
  minify: true,
  keepNames: false,
  sourcemap: false,
  metafile: true,
  legalComments: "none",
  logLevel: "warning",
  define: { EDGEQUAKE_VERSION: JSON.stringify(version) },
};
/** undici's second HTTP parser is an experiment that is off unless an environment variable asks for it: 150 KB. */
const withoutMilo = {
  name: "without-milo",
  setup(build) {
    build.onLoad({ filter: /undici[\\/]lib[\\/]milo[\\/](?:no-)?simd\.js$/ }, () => ({
      contents: 'throw new Error("undici\'s Milo parser is not part of this build");',
      loader: "js",
    }));
  },
};
/**
 * What is loaded only when a call needs it, each a file of its own under dist/lib. Only what holds no class or state
 * that the rest shares: a second copy of an error class would be another class.
 */
const LAZY = {
  schema: "server/protocol/schema.ts",
  openrpc: "server/protocol/openrpc-answer.ts",
  "json-schema": "@cfworker/json-schema",
  router: "server/router/router.ts",
  diagnosis: "server/service/diagnosis.ts",
  toml: "smol-toml",
  yaml: "server/config/yaml.ts",
  proxy: "server/engine/proxy-agent.ts",
  prices: "@pydantic/genai-prices",
  lru: "lru-cache",
  o200k: "gpt-tokenizer/encoding/o200k_base",
  cl100k: "gpt-tokenizer/encoding/cl100k_base",
  jsonrpc: "server/connection/listen-to-server.ts",
};
/** undici's HTTP parser for processors without SIMD: asked for only there. */
const PLAIN_PARSER = "undici/lib/llhttp/llhttp-wasm.js";
const lazily = {
  name: "lazily",
  setup(build) {
    build.onResolve({ filter: /llhttp\/llhttp-wasm\.js$/ }, ({ kind }) =>
      kind === "require-call" ? { path: "./lib/llhttp.js", external: true } : undefined,
    );
    build.onResolve({ filter: /.*/ }, ({ path, kind, importer }) => {
      if (kind !== "dynamic-import") return undefined;
      const wanted = path.startsWith(".") ? relative(process.cwd(), join(dirname(importer), path)) : path;
      const name = Object.keys(LAZY).find((one) => LAZY[one] === wanted);
      return name === undefined ? undefined : { path: `./lib/${name}.js`, external: true };
    });
  },
};
/** Of the price data only what prices a call; a provider's models are text until it is asked for: few ever are. */
const onlyPrices = {
  name: "only-prices",
  setup(build) {
    build.onLoad({ filter: /genai-prices[\\/]dist[\\/]index\.c?js$/ }, async () => {
      const { waitForUpdate } = await import("@pydantic/genai-prices");
      const told = new Set([
        "name",
        "description",
        "price_comments",
        "pricing_urls",
        "extractors",
        "api_pattern",
      ]);
      const lean = (value) => JSON.stringify(value, (key, one) => (told.has(key) ? undefined : one));
      const rows = (await waitForUpdate()).map(
        ({ models, ...provider }) => `provider(${lean(provider)}, ${JSON.stringify(lean(models))})`,
      );
      const contents = `
        function provider(own, text) {
          let models;
          return Object.defineProperty(own, "models", { get: () => (models ??= JSON.parse(text)) });
        }
        const rows = [${rows.join(",")}];
        export const waitForUpdate = async () => rows;`;
      return { contents, loader: "js" };
    });
  },
};
/**
 * The host's API as it is, asked for once: `import *` of a CommonJS module is a copy of all its hundreds of names, made
 * anew in each of our files, which took half of the activation.
 */
const oneVscode = {
  name: "one-vscode",
  setup(build) {
    build.onResolve({ filter: /^vscode$/ }, ({ namespace }) =>
      namespace === "one-vscode"
        ? { path: "vscode", external: true }
        : { path: "vscode", namespace: "one-vscode" },
    );
    build.onLoad({ filter: /.*/, namespace: "one-vscode" }, () => ({
      contents: 'module.exports = require("vscode")',
    }));
    build.onLoad({ filter: /[\\/]src[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(
        'import * as vscode from "vscode";',
        'import vscode = require("vscode");',
      ),
      loader: "ts",
    }));
  },
};
const node = {
  ...shared,
  plugins: [withoutMilo, onlyPrices, lazily, oneVscode],
  platform: "node",
  target: "node22.19",
};
/** What is kept of it compiled knows no import(): what it loads later it requires, which is quicker as well. */
const kept = {
  ...node,
  supported: { "dynamic-import": false },
  plugins: [...node.plugins, withoutHttp2, lateModules],
};
// A CommonJS dependency inside an ES module bundle asks for `require`.
const requireBanner =
  'import{createRequire as __createRequire}from"node:module";const require=__createRequire(import.meta.url);';

/** dist/ is CommonJS where a host demands it; the package itself is ES modules. */
const bundles = {
  extension: {
    ...node,
    plugins: [...node.plugins, inParts],
    entryPoints: ["src/extension.ts"],
    outdir: "dist",
    chunkNames: "extension-[name]-[hash]",
    splitting: true,
    format: "esm",
    external: ["vscode"],
  },
  server: {
    ...node,
    entryPoints: ["server/main.ts"],
    outfile: "dist/server.js",
    format: "cjs",
  },
  backend: {
    ...kept,
    entryPoints: ["server/backend.ts"],
    outfile: "dist/backend.js",
    format: "cjs",
    // A CommonJS file knows its folder by another name.
    define: { ...shared.define, "import.meta.dirname": "__dirname" },
  },
  // Runs in a thread of its own, started by the backend and the library alike.
  "lib/store": {
    ...node,
    entryPoints: ["server/store/thread.ts"],
    outfile: "dist/lib/store.js",
    format: "cjs",
  },
  tokenizer: {
    ...node,
    entryPoints: ["server/tokens/tokenizer.ts"],
    outfile: "dist/tokenizer.js",
    format: "cjs",
  },
  library: {
    ...node,
    entryPoints: ["server/index.ts"],
    outfile: "dist/index.mjs",
    format: "esm",
    // The program's own, and only where it has one.
    external: ["@opentelemetry/api"],
    banner: { js: requireBanner },
  },
  client: {
    ...node,
    entryPoints: ["server/connection/client.ts"],
    outfile: "dist/client.mjs",
    format: "esm",
    banner: { js: requireBanner },
  },
  ...Object.fromEntries(
    Object.entries({ ...LAZY, llhttp: PLAIN_PARSER }).map(([name, source]) => [
      `lib/${name}`,
      { ...node, entryPoints: [source], outfile: `dist/lib/${name}.js`, format: "cjs", external: ["vscode"] },
    ]),
  ),
  // A page of its own, opened seldom.
  usage: {
    ...shared,
    entryPoints: ["webview/usage/main.tsx"],
    outfile: "dist/usage.js",
    platform: "browser",
    target: "chrome120",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
  },
  webview: {
    ...shared,
    entryPoints: ["webview/main.tsx"],
    outfile: "dist/webview.js",
    platform: "browser",
    target: "chrome120",
    format: "iife",
    jsx: "automatic",
    jsxImportSource: "preact",
    loader: { ".ttf": "file" },
    assetNames: "[name]",
  },
};

const only = process.argv.slice(2).filter((argument) => !argument.startsWith("-"));
const wanted = Object.entries(bundles).filter(([name, options]) => {
  if (only.length > 0 && !only.includes(name)) return false;
  return name.startsWith("lib/") || existsSync(options.entryPoints[0]);
});

if (only.length === 0) rmSync("dist", { recursive: true, force: true });
mkdirSync("dist/meta/lib", { recursive: true });
writeFileSync("dist/package.json", '{"type":"commonjs"}\n');

if (watch) {
  for (const [, options] of wanted) await (await esbuild.context({ ...options, logLevel: "info" })).watch();
} else {
  const metafiles = await Promise.all(
    wanted.map(async ([name, options]) => {
      const { metafile } = await esbuild.build(options);
      writeFileSync(`dist/meta/${name}.json`, JSON.stringify(metafile));
      return metafile;
    }),
  );
  if (only.length === 0) writeFileSync("dist/THIRD_PARTY_NOTICES.txt", notices(metafiles));
  for (const name of ["openrpc.json", "PROTOCOL.md"]) copyFileSync(`server/protocol/${name}`, `dist/${name}`);
  const kb = (n) => `${(n / 1024).toFixed(1)} KB`;
  for (const [name, { outfile }] of wanted) {
    for (const file of outfile ? [outfile] : globSync("dist/extension*.js").sort()) {
      const [size, gzip] = [statSync(file).size, gzipSync(readFileSync(file)).length];
      console.log(`${name.padEnd(10)} ${file.padEnd(20)} ${kb(size).padStart(10)}  gzip ${kb(gzip)}`);
    }
  }
}
