// Where fetched tools live: outside node_modules, so that `npm ci` keeps them. Filled atomically: a folder is
// built beside its place and renamed into it, so a half-made one is never used and two runs at once are safe.

import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, statfsSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { atExit, PlainError } from "./processes.ts";

function cacheRoot(): string {
  const home = homedir();
  const base = process.env["XDG_CACHE_HOME"] || (existsSync(home) ? join(home, ".cache") : tmpdir());
  const root = join(base, "edgequake");
  try {
    mkdirSync(root, { recursive: true });
  } catch (error) {
    throw new PlainError(
      `The cache folder ${root} cannot be made: ${(error as Error).message}\nSet XDG_CACHE_HOME to a folder that can be written.`,
    );
  }
  return root;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** What a killed run left half-made. */
function removeAbandoned(root: string): void {
  for (const entry of readdirSync(root)) {
    const pid = /\.making-(\d+)$/.exec(entry)?.[1];
    if (pid !== undefined && Number(pid) !== process.pid && !isRunning(Number(pid))) {
      rmSync(join(root, entry), { recursive: true, force: true });
    }
  }
}

/** Gives the folder `name` of the cache, made by `make` (which fills an empty folder) if it is not there yet. */
export async function cachedFolder(
  name: string,
  needs: { megabytes: number },
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const root = cacheRoot();
  const place = join(root, name);
  if (existsSync(place)) return place;
  removeAbandoned(root);
  const disk = statfsSync(root);
  const free = (disk.bavail * disk.bsize) / 1024 ** 2;
  if (free < needs.megabytes) {
    throw new PlainError(
      `${needs.megabytes} MB are needed in ${root}, ${Math.floor(free)} MB are free.\nFree some, or set XDG_CACHE_HOME to a folder on another disk.`,
    );
  }
  const making = `${place}.making-${process.pid}`;
  const remove = (): void => rmSync(making, { recursive: true, force: true });
  atExit(remove);
  remove();
  mkdirSync(making);
  await make(making);
  try {
    renameSync(making, place);
  } catch (error) {
    // Another run was first; what it made is as good as ours.
    if (!existsSync(place)) throw error;
    remove();
  }
  return place;
}
