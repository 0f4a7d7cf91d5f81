// The extension in parts, each thing once: extension.js holds what activation needs, and what it loads when it is used
// are files beside it. esbuild splits ES modules alone, and hosts load CommonJS, so they are made that after. What
// extension.js always needs is folded into it, since a file more to find costs more than what it holds; the others take
// it from there.

import { globSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import * as esbuild from "esbuild";

const ENTRY = "extension.js";

export const inParts = {
  name: "in-parts",
  setup(build) {
    const { platform, target, minify, outdir } = build.initialOptions;
    const common = { format: "cjs", platform, target, minify, legalComments: "none" };
    build.initialOptions.write = false;
    build.onEnd(async ({ outputFiles = [], metafile }) => {
      const texts = new Map(outputFiles.map(({ path, text }) => [basename(path), withRequire(text)]));
      const entry = texts.get(ENTRY);
      if (entry === undefined) return;
      const folded = alwaysLoaded(metafile);
      for (const stale of globSync(join(outdir, "extension*.js"))) rmSync(stale);
      mkdirSync(outdir, { recursive: true });
      const handedOn = [...folded].map((name) => `export * as ${wordOf(name)} from "./${name}";`);
      const { outputFiles: whole } = await esbuild.build({
        ...common,
        stdin: { contents: [entry, ...handedOn].join("\n"), resolveDir: process.cwd() },
        bundle: true,
        write: false,
        external: ["vscode"],
        plugins: [fromMemory(texts)],
      });
      writeFileSync(join(outdir, ENTRY), whole[0].text);
      for (const [name, text] of texts) {
        if (name === ENTRY || folded.has(name)) continue;
        const { code } = await esbuild.transform(withExports(text), { ...common, logLevel: "error" });
        const own = code.replace(/require\("\.\/([^"]+)"\)/g, (asked, file) =>
          folded.has(file) ? `require("./${ENTRY}").${wordOf(file)}` : asked,
        );
        writeFileSync(join(outdir, name), own);
      }
    });
  },
};

/** Each import() as the require() it is in the end: what is required is ours, and needs no copy of its names. */
function withRequire(text) {
  return text.replace(/\bimport\(("\.\/[^"]+")\)/g, "Promise.resolve().then(()=>require($1))");
}

/** What it exports, said in one line: esbuild's way takes a dozen, in each file, for what changes later. Ours is done. */
function withExports(text) {
  return text.replace(/\bexport\s*\{([^{}]*)\};?\s*$/, (_, names) => {
    const pairs = names.split(",").map((one) => one.trim().split(" as "));
    return `module.exports={${pairs.map(([own, name = own]) => `${name}:${own}`).join(",")}};`;
  });
}

/** The files that extension.js imports as it is loaded, and those they do. */
function alwaysLoaded({ outputs }) {
  const byName = new Map(Object.entries(outputs).map(([path, output]) => [basename(path), output]));
  const found = new Set();
  const add = (name) => {
    for (const { path, kind } of byName.get(name)?.imports ?? []) {
      const file = basename(path);
      if (kind !== "import-statement" || found.has(file) || !byName.has(file)) continue;
      found.add(file);
      add(file);
    }
  };
  add(ENTRY);
  return found;
}

function fromMemory(texts) {
  return {
    name: "from-memory",
    setup(build) {
      build.onResolve({ filter: /^\.\// }, ({ path, kind }) =>
        kind === "import-statement"
          ? { path: basename(path), namespace: "from-memory" }
          : { path, external: true },
      );
      build.onLoad({ filter: /.*/, namespace: "from-memory" }, ({ path }) => ({ contents: texts.get(path) }));
    },
  };
}

function wordOf(name) {
  return `part_${name.replace(/\W/g, "_")}`;
}
