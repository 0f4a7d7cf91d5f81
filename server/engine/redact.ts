// Takes a secret out of text by its value, wherever it came from: a provider may echo the key it was sent.

export const REDACTED = "[redacted]";

/** Short values are left: they are no keys, and would eat ordinary words. */
const SHORTEST = 6;

export function redact(text: string, secrets: Iterable<string | undefined>): string {
  let result = text;
  for (const secret of secrets) {
    if (secret === undefined || secret.length < SHORTEST) continue;
    result = result.replaceAll(secret, REDACTED);
    const encoded = encodeURIComponent(secret);
    if (encoded !== secret) result = result.replaceAll(encoded, REDACTED);
  }
  return result;
}
