// Numbers as a person reads them, in the page's language. What is not known is never written as a number. Pure.

const LANGUAGE = globalThis.document?.documentElement.lang || undefined;
const whole = new Intl.NumberFormat(LANGUAGE);
const tenths = new Intl.NumberFormat(LANGUAGE, { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const percent = new Intl.NumberFormat(LANGUAGE, { style: "percent", maximumFractionDigits: 0 });
const USD = { style: "currency", currency: "USD", currencyDisplay: "narrowSymbol" } as const;
const cents = new Intl.NumberFormat(LANGUAGE, USD);
const small = new Intl.NumberFormat(LANGUAGE, {
  ...USD,
  minimumFractionDigits: 0,
  maximumFractionDigits: 20,
  maximumSignificantDigits: 2,
});
/** A number and its unit stay on one line. */
const SPACE = "\u00a0";
/** Less than this is said to be less. */
const SMALLEST_USD = 0.000_001;

export function count(value: number): string {
  return whole.format(value);
}

export function share(value: number): string {
  return percent.format(value);
}

export function money(usd: number): string {
  if (usd > 0 && usd < SMALLEST_USD) return `< ${small.format(SMALLEST_USD)}`;
  return usd !== 0 && usd < 0.1 ? small.format(usd) : cents.format(usd);
}

export function time(ms: number): string {
  if (ms < 1_000) return `${Math.ceil(ms)}${SPACE}ms`;
  const seconds = ms / 1_000;
  if (seconds < 60) return inSeconds(ms);
  return `${Math.floor(seconds / 60)}${SPACE}min ${Math.floor(seconds % 60)}${SPACE}s`;
}

/** Of what still runs: the unit does not change as it grows. */
export function inSeconds(ms: number): string {
  return `${tenths.format(ms / 1_000)}${SPACE}s`;
}
