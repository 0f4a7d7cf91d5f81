// Texts in the user's language, as the host gave them; English until then and where one is missing.

import { signal } from "@preact/signals";

export const strings = signal<Record<string, string>>({});

/** `{0}`, `{1}` stand for the values. */
export function t(english: string, ...values: (string | number)[]): string {
  const text = strings.value[english] ?? english;
  return values.length === 0
    ? text
    : text.replace(/\{(\d)\}/g, (whole, index) => String(values[Number(index)] ?? whole));
}
