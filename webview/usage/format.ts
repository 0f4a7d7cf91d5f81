// Numbers as the page writes them. null is unknown, and never 0. Pure.

export function money(usd: number | null): string | null {
  if (usd === null) return null;
  if (usd === 0) return "$0";
  const digits = usd >= 0.1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits)}`;
}

export function count(value: number, language: string): string {
  return new Intl.NumberFormat(language).format(Math.round(value));
}

/** 1234567 -> "1.2M": for an axis. */
export function short(value: number): string {
  if (value >= 1e6) return `${Number((value / 1e6).toFixed(1))}M`;
  if (value >= 1e3) return `${Number((value / 1e3).toFixed(1))}K`;
  if (value === 0 || value >= 0.001) return String(Number(value.toPrecision(3)));
  return value.toFixed(Math.min(9, 1 - Math.floor(Math.log10(value)))).replace(/0+$/, "");
}

export function duration(ms: number | null | undefined): string | null {
  if (ms === null || ms === undefined) return null;
  return ms >= 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms)} ms`;
}

export function day(text: string, language: string): string {
  return new Intl.DateTimeFormat(language, { day: "numeric", month: "short", timeZone: "UTC" }).format(
    Date.parse(text),
  );
}

/** The clock on the wall of who reads it. */
export function time(iso: string, language: string): string {
  return new Intl.DateTimeFormat(language, { timeStyle: "medium" }).format(Date.parse(iso));
}
