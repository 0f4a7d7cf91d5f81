// The first thing both README commands run: plain JavaScript that any Node can read, so that a machine with
// the wrong Node, or without `npm ci`, is told so instead of being shown a syntax error.

import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { pathToFileURL } from "node:url";

const [script] = process.argv.slice(2);
const major = Number(process.versions.node.split(".")[0]);

function stop(text) {
  console.error(`\n${text}\n`);
  process.exit(1);
}

if (script === undefined) stop("usage: node test/host/preflight.mjs <script.ts> [arguments]");
if (!existsSync("node_modules/esbuild")) {
  stop("The packages are not installed. Run `npm ci` in this folder first (it needs Node 20 or newer).");
}
if (major < 24) {
  stop(
    `This runs on Node 24, but \`node\` here is ${process.versions.node}.\n` +
      "`npm ci` puts Node 24 into node_modules by the install script of the `node` package. Run the command\n" +
      "through npm (`npm start`, `npm test`), and `npm ci` without --ignore-scripts.",
  );
}
process.argv.splice(1, 2, resolve(script));
await import(pathToFileURL(resolve(script)).href);
