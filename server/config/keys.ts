// Keys: cleaned on entry, never echoed, and sent only to the origin they belong to.

import { createError } from "../protocol/errors.ts";

/** Control and invisible characters, and what no HTTP header can carry. */
const FORBIDDEN = /[\p{Cc}\p{Cf}\u2028\u2029]|[^\p{ASCII}\u00a0-\u00ff]/u;

/** Trims; throws AuthenticationError for a key that holds what no key holds. The key is never in the message. */
export function cleanKey(key: string | null | undefined, provider: string): string | undefined {
  const trimmed = key?.trim().replace(/^[\u200b\ufeff]+|[\u200b\ufeff]+$/g, "");
  if (!trimmed) return undefined;
  if (FORBIDDEN.test(trimmed)) {
    throw createError("AuthenticationError", {
      message: `the API key for ${provider} holds a line break or an invisible character. Paste it again, on one line`,
      llm_provider: provider,
      code: "malformed_api_key",
    });
  }
  return trimmed;
}
