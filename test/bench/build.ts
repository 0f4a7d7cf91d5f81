// Builds what is measured, copies it aside (a build that runs meanwhile must not change it), and bundles the
// measuring programs so that their own start costs the peers nothing.

import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";

const here = import.meta.dirname;
export const ROOT = join(here, "../..");
export const RESULTS = join(ROOT, "bench-results");

export interface Built {
  /** The copy of dist/. */
  dist: string;
  measure: string;
  provider: string;
  remove(): void;
}

export function buildProject(): void {
  const built = spawnSync(process.execPath, ["esbuild.mjs"], {
    cwd: ROOT,
    stdio: ["ignore", "inherit", "inherit"],
  });
  if (built.status !== 0) throw new Error("the build failed: see above");
}

/** `dist` may be another build than the project's own, for comparisons. */
export async function prepare(dist: string): Promise<Built> {
  const folder = join(RESULTS, `build-${process.pid}`);
  const copy = join(folder, "dist");
  mkdirSync(folder, { recursive: true });
  cpSync(dist, copy, { recursive: true });
  await build({
    entryPoints: {
      measure: join(here, "measure.ts"),
      provider: join(here, "provider.ts"),
      "echo-ours": join(here, "scenarios/echo-ours.ts"),
      "echo-stock": join(here, "scenarios/echo-stock.ts"),
    },
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    splitting: true,
    packages: "external",
    platform: "node",
    format: "esm",
    target: "node22.19",
    logLevel: "warning",
  });
  return {
    dist: copy,
    measure: join(folder, "measure.mjs"),
    provider: join(folder, "provider.mjs"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}
