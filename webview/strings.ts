// Texts in the user's language, as the host gave them; English until then and where one is missing.

import { signal } from "@preact/signals";

export const strings = signal<Record<string, string>>({});

export function t(english: string): string {
  return strings.value[english] ?? english;
}
