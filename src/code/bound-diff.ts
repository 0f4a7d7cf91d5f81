// A git diff made to fit: every file keeps its heading, small files stay whole, large ones are cut and say so. What
// looks like it holds keys is named and left out. Pure.

import { looksSecret } from "../chat/attach/secret-file.ts";
import { filesOfDiff, namesOf } from "./diff-names.ts";

/** `limit` in characters. */
export function boundDiff(diff: string, limit: number): string {
  const files = filesOfDiff(diff).map(withoutSecrets);
  const shares = sharesOf(
    files.map((file) => file.length),
    limit,
  );
  return files.map((file, index) => cut(file, shares[index] ?? 0)).join("");
}

function withoutSecrets(file: string): string {
  const heading = file.split("\n", 1)[0] ?? "";
  if (!looksSecret("", file) && !namesOf(file).some((name) => looksSecret(name))) return file;
  return `${heading}\n[left out: it looks like it holds keys or passwords]\n`;
}

/** What each may have: who needs less leaves the rest to the others. */
function sharesOf(needs: readonly number[], limit: number): number[] {
  const order = needs.map((need, index) => ({ need, index })).sort((a, b) => a.need - b.need);
  const shares: number[] = [];
  let left = limit;
  for (const [position, { need, index }] of order.entries()) {
    const share = Math.min(need, Math.floor(left / (order.length - position)));
    shares[index] = share;
    left -= share;
  }
  return shares;
}

function cut(file: string, share: number): string {
  if (file.length <= share) return file;
  const heading = file.split("\n", 1)[0] ?? "";
  const kept = file.slice(0, share);
  const whole = kept.slice(0, kept.lastIndexOf("\n") + 1);
  const shown = whole === "" ? `${heading.slice(0, Math.max(share, 0))}\n` : whole;
  return `${shown}[${file.length - whole.length} more characters of this file are left out]\n`;
}
