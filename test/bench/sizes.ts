// What the bundles weigh: each with what it loads at once; chunks loaded later are apart.

import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";

const KILOBYTE = 1024;
/** What starts the backend loads its body at once, by a name esbuild does not follow. */
const FILES = {
  backend: ["server.js", "backend.js"],
  extension: ["extension.js"],
  library: ["index.mjs"],
  client: ["client.mjs"],
} as const;

/** Kilobytes by bundle; a bundle that was not built is absent. */
export function bundleSizes(dist: string): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const [name, files] of Object.entries(FILES)) {
    const seen = new Set<string>();
    for (const file of files) collect(dist, file, seen);
    if (seen.size > 0) sizes[name] = [...seen].reduce((sum, path) => sum + statSync(path).size, 0) / KILOBYTE;
  }
  const webview = join(dist, "webview.js");
  if (existsSync(webview)) sizes["webview_gz"] = gzipSync(readFileSync(webview)).length / KILOBYTE;
  return sizes;
}

/** A file and what it requires or imports by a relative path at load; `import()`, or the require() made of it, is loaded later. */
function collect(dist: string, file: string, seen: Set<string>): void {
  const path = join(dist, file);
  if (seen.has(path) || !existsSync(path)) return;
  seen.add(path);
  const text = readFileSync(path, "utf8");
  for (const [, required] of text.matchAll(
    /(?:(?<!=>)\brequire\(|\bfrom\s*|\bimport\s*)["']\.\/([\w.-]+\.m?js)["']/g,
  )) {
    if (required !== undefined) collect(dist, required, seen);
  }
}
