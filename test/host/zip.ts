// Reads a zip file as far as a VSIX needs it: what is in it, and each file's bytes.

import { inflateRawSync } from "node:zlib";

const END = 0x06054b50;
const END_LENGTH = 22;
const ENTRY = 0x02014b50;
const ENTRY_LENGTH = 46;
const DEFLATED = 8;

export interface ZipEntry {
  name: string;
  /** Where its Unix mode stands in the zip. */
  modeAt: number;
  /** What the zip says of it, without where it lies. */
  head: Buffer;
  read(): Buffer;
}

export function centralDirectory(zip: Buffer): ZipEntry[] {
  // A VSIX has no comment: its end is where it must be.
  const end = zip.length - END_LENGTH;
  if (zip.readUInt32LE(end) !== END) throw new Error("this is no zip file without a comment");
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left -= 1) {
    if (zip.readUInt32LE(at) !== ENTRY) throw new Error(`no entry of a zip file at ${at}`);
    const nameLength = zip.readUInt16LE(at + 28);
    const name = zip.toString("utf8", at + ENTRY_LENGTH, at + ENTRY_LENGTH + nameLength);
    const start = at;
    entries.push({
      name,
      modeAt: start + 40,
      head: zip.subarray(start, start + 42),
      read: () => contents(zip, start),
    });
    at += ENTRY_LENGTH + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32);
  }
  return entries;
}

function contents(zip: Buffer, entry: number): Buffer {
  const size = zip.readUInt32LE(entry + 20);
  const local = zip.readUInt32LE(entry + 42);
  const from = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const bytes = zip.subarray(from, from + size);
  return zip.readUInt16LE(entry + 10) === DEFLATED ? inflateRawSync(bytes) : Buffer.from(bytes);
}
