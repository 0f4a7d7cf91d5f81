// LiteLLM's durations of budgets: "30s", "10m", "1h", "1d", "1w", "1mo". Pure.

const UNITS: Readonly<Record<string, number>> = {
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  mo: 2_592_000_000,
};

/** Milliseconds; undefined for what is no duration. */
export function periodMs(given: unknown): number | undefined {
  const [, count, unit = ""] = /^(\d+)(mo|[smhdw])$/.exec(String(given ?? "")) ?? [];
  return count === undefined ? undefined : Number(count) * (UNITS[unit] as number);
}
