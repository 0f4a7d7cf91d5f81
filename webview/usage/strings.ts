// Texts in the user's language, as the host gave them with the report.

let strings: Readonly<Record<string, string>> = {};

export function useStrings(given: Readonly<Record<string, string>>): void {
  strings = given;
}

export function t(english: string): string {
  return strings[english] ?? english;
}
