// How long a provider asks to wait, in every form seen. Read only on errors: some send it with good answers. Pure.

/**
 * Milliseconds, or undefined when nothing usable is said. `retry-after-ms`, `retry-after` (seconds, also with
 * a fraction, or an HTTP date), then `x-ratelimit-reset-*` durations of the limits that are used up.
 */
export function retryAfterMs(headers: Readonly<Record<string, string>>, now_ms: number): number | undefined {
  const ms = number(headers["retry-after-ms"]);
  if (ms !== undefined) return ms;
  const text = headers["retry-after"]?.trim();
  if (text) {
    const seconds = number(text);
    if (seconds !== undefined) return seconds * 1000;
    const date = /[a-z]{3}/i.test(text) ? Date.parse(text) : Number.NaN;
    if (Number.isFinite(date)) return Math.max(0, date - now_ms);
  }
  return resetMs(headers);
}

function number(text: string | undefined): number | undefined {
  if (text === undefined || !/^\s*\d+(?:\.\d+)?\s*$/.test(text)) return undefined;
  return Number(text);
}

function resetMs(headers: Readonly<Record<string, string>>): number | undefined {
  let longest: number | undefined;
  for (const name in headers) {
    const kind = /^x-ratelimit-reset-(.+)$/.exec(name)?.[1];
    if (kind === undefined || number(headers[`x-ratelimit-remaining-${kind}`]) !== 0) continue;
    const wait = durationMs(headers[name] ?? "");
    if (wait !== undefined) longest = Math.max(longest ?? 0, wait);
  }
  return longest;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** "1m23.5s", "6ms", "2h", or plain seconds. */
export function durationMs(text: string): number | undefined {
  const plain = number(text);
  // Larger numbers are a point in time, which providers do not agree upon.
  if (plain !== undefined) return plain < 1e6 ? plain * 1000 : undefined;
  const parts = [...text.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h|d)/g)];
  if (parts.length === 0 || parts.map((part) => part[0]).join("") !== text.trim()) return undefined;
  return parts.reduce((sum, part) => sum + Number(part[1]) * (UNITS[part[2] ?? ""] ?? 0), 0);
}
