// A built folder as a VSIX. The same sources give the same bytes, wherever, whenever and by whom they are packed: no
// time, time zone, order or file mode of this machine is in it.

import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PlainError, run } from "./processes.ts";
import { centralDirectory } from "./zip.ts";

/** Any time will do that the format can hold. */
const PACKED_AT = Date.UTC(2026, 0, 1) / 1000;
const PLAIN_FILE = 0o100644;
const HARDER = join(import.meta.dirname, "deflate-harder.cjs");
const OPTIONS = ["--no-dependencies", "--allow-missing-repository", "--no-rewrite-relative-links"];

export async function pack(folder: string, file: string): Promise<void> {
  const vsce = join(import.meta.dirname, "..", "..", "node_modules", "@vscode", "vsce", "vsce");
  const finished = await run(
    process.execPath,
    ["--require", HARDER, vsce, "package", ...OPTIONS, `--out=${file}`],
    {
      cwd: folder,
      env: { ...process.env, SOURCE_DATE_EPOCH: String(PACKED_AT), TZ: "UTC", LC_ALL: "C" },
    },
  );
  if (finished.code !== 0) throw new PlainError(`Packing the extension failed:\n${finished.output.trim()}`);
  const bytes = readFileSync(file);
  // What else may be in a mode is the packer's umask.
  for (const { modeAt } of centralDirectory(bytes)) bytes.writeUInt16LE(PLAIN_FILE, modeAt);
  writeFileSync(file, bytes);
}
