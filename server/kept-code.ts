// Loads a CommonJS file as require() does, with what V8 had compiled of it when an earlier process kept it. Node's own
// compile cache keeps a file as it is before it runs; most of a start is compiling the functions that run then.

import {
  closeSync,
  fstatSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import { createRequire } from "node:module";
import { basename, dirname, join } from "node:path";
import { Script } from "node:vm";
import { crc32 } from "node:zlib";

/** Before V8's own bytes: the source's sum, theirs, and the steps that had been taken. */
const HEAD_BYTES = 12;
/** What is compiled is kept in a quiet moment, and not while the step's first answer is handed on. */
const QUIET_MS = 3_000;
/** Each version of the file leaves a megabyte: those that were kept this long ago are taken to be of the past. */
const PAST_MS = 60 * 24 * 60 * 60_000;

export class KeptCode {
  readonly exports: unknown;
  readonly #script: Script;
  readonly #source: number;
  readonly #path: string | undefined;
  /** Each bit a step whose functions the kept code holds. */
  #steps = 0;
  #fresh = 0;
  #waiting: NodeJS.Timeout | undefined;

  /** `folder`: where it is kept; undefined = nowhere. What lies there is taken only if it is of this very source. */
  constructor(file: string, folder: string | undefined) {
    const source = readFileSync(file);
    this.#source = crc32(source);
    this.#path = folder && join(folder, `${basename(file)}-${crc32(file).toString(16)}.kept`);
    const kept = this.#path === undefined ? undefined : read(this.#path, this.#source);
    this.#script = new Script(
      `(function (exports, require, module, __filename, __dirname) { ${source.toString()}\n})`,
      { filename: file, ...(kept && { cachedData: kept.subarray(HEAD_BYTES) }) },
    );
    if (kept && this.#script.cachedDataRejected === false) this.#steps = kept.readUInt32LE(8);
    const module = { exports: {} };
    this.#script.runInThisContext()(module.exports, createRequire(file), module, file, dirname(file));
    this.exports = module.exports;
  }

  /** Whether the code of these steps was there at the start or has been kept since. */
  holds(steps: number): boolean {
    return (this.#steps & steps) === steps;
  }

  /** A step was taken: soon, and at the latest when the process ends, its code is kept if it is not yet. */
  took(step: number): void {
    if (this.#path === undefined || this.holds(step) || (this.#fresh & step) !== 0) return;
    if (this.#fresh === 0) process.once("exit", () => this.keep());
    this.#fresh |= step;
    clearTimeout(this.#waiting);
    this.#waiting = setTimeout(() => this.keep(), QUIET_MS).unref();
  }

  keep(): void {
    if (this.#path === undefined || this.holds(this.#fresh)) return;
    this.#steps |= this.#fresh;
    const code = this.#script.createCachedData();
    const head = Buffer.alloc(HEAD_BYTES);
    head.writeUInt32LE(this.#source, 0);
    head.writeUInt32LE(crc32(code), 4);
    head.writeUInt32LE(this.#steps, 8);
    const beside = `${this.#path}.${process.pid}`;
    try {
      writeFileSync(beside, Buffer.concat([head, code]), { mode: 0o600 });
      renameSync(beside, this.#path);
      forgetPast(this.#path);
    } catch {
      // Then the next start takes as long as this one.
      rmSync(beside, { force: true });
    }
  }
}

/** What other versions kept, and what was not written to its end. */
function forgetPast(path: string): void {
  const folder = dirname(path);
  const kind = basename(path).replace(/-[0-9a-f]+\.kept$/, "-");
  for (const name of readdirSync(folder)) {
    const other = join(folder, name);
    if (!name.startsWith(kind) || !name.includes(".kept") || other === path) continue;
    if (Date.now() - statSync(other).mtimeMs > PAST_MS) rmSync(other, { force: true });
  }
}

/** undefined where there is none, or none to be trusted: code that another user could have written is not run. */
function read(path: string, source: number): Buffer | undefined {
  let kept: Buffer;
  try {
    const file = openSync(path, "r");
    try {
      const { uid, mode } = fstatSync(file);
      if (process.getuid && (uid !== process.getuid() || (mode & 0o022) !== 0)) return undefined;
      kept = readFileSync(file);
    } finally {
      closeSync(file);
    }
  } catch {
    return undefined;
  }
  if (kept.length <= HEAD_BYTES || kept.readUInt32LE(0) !== source) return undefined;
  return kept.readUInt32LE(4) === crc32(kept.subarray(HEAD_BYTES)) ? kept : undefined;
}
