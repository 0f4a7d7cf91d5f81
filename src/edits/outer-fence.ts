// The one fence around lines of text, told from the fences inside it: those stand further in, are shorter, or are
// opened and closed in between. Pure.

const FENCE = /^([ \t]*)(`{3,}|~{3,})([^`]*)$/;

export interface Fence {
  indent: string;
  run: string;
  /** What stands behind it, mostly a language. Only a fence without it closes. */
  info: string;
}

export interface FenceReading {
  /** A bare fence in between opens a block of its own, instead of closing the outer one too early. */
  bareOpens?: boolean;
  /** The end has not arrived yet. */
  arriving?: boolean;
}

export function fenceOf(line: string | undefined): Fence | undefined {
  const [, indent = "", run = "", info = ""] = FENCE.exec(line ?? "") ?? [];
  return run === "" ? undefined : { indent, run, info: info.trim() };
}

/** The lines between the first and the last one, where these are one fence. */
export function insideFence(lines: readonly string[], reading: FenceReading = {}): string[] | undefined {
  const outer = fenceOf(lines[0]);
  if (!outer) return undefined;
  let inner: string | undefined;
  let furtherIn = false;
  for (let at = 1; at < lines.length; at += 1) {
    const fence = fenceOf(lines[at]);
    if (!fence?.run.startsWith(inner ?? outer.run)) continue;
    const bare = fence.info === "";
    const last = at === lines.length - 1;
    if (fence.indent !== outer.indent) {
      // An answer whose first spaces were lost ends further in; a block inside stands so from its first line on.
      if (last && bare && !furtherIn && inner === undefined) return lines.slice(1, -1);
      furtherIn = true;
    } else if (inner !== undefined) {
      if (bare) inner = undefined;
    } else if (bare && last) return lines.slice(1, -1);
    else if (!bare || reading.bareOpens) inner = fence.run;
    else return undefined;
  }
  return reading.arriving ? lines.slice(1) : undefined;
}
