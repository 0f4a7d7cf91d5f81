// What of pasted text is the key, and what is wrong with it: found before it is kept. Pure; no message holds the key.

const INVISIBLE = /[\p{Cc}\p{Cf}\u2028\u2029]/u;
/** How providers begin their keys, as their documentation shows it. */
const BEGINNINGS: readonly [string, string][] = [
  ["sk-ant-", "anthropic"],
  ["sk-or-", "openrouter"],
  ["gsk_", "groq"],
  ["AIza", "gemini"],
  ["xai-", "xai"],
  ["hf_", "huggingface"],
  ["nvapi-", "nvidia_nim"],
  ["pplx-", "perplexity"],
  ["csk-", "cerebras"],
];

export type KeyProblem =
  /** It cannot be a key at all. */
  | { what: "empty" | "invisible" | "space" | "character" | "address" }
  /** It looks like somebody else's; a gateway may take it all the same. */
  | { what: "other"; whose: string };

/** Without quotes, `NAME=`, "Bearer" and space around it. */
export function keyOf(pasted: string): string {
  return pasted
    .trim()
    .replace(/^(?:export\s+|set\s+)?[A-Z][A-Z0-9_]*_(?:KEY|TOKEN)\s*=\s*/, "")
    .replace(/^(["'`])(.*)\1;?$/s, "$2")
    .replace(/^(?:Authorization:\s*)?Bearer\s+/i, "")
    .trim();
}

export function checkKey(pasted: string, provider?: string): KeyProblem | undefined {
  const key = keyOf(pasted);
  if (key === "") return { what: "empty" };
  if (INVISIBLE.test(key)) return { what: "invisible" };
  if (/\s/.test(key)) return { what: "space" };
  // No HTTP header can carry it.
  if (/[^\x20-\xff]/.test(key)) return { what: "character" };
  if (/^https?:\/\//.test(key)) return { what: "address" };
  const [, whose] = BEGINNINGS.find(([start]) => key.startsWith(start)) ?? [];
  return provider !== undefined && whose !== undefined && whose !== provider
    ? { what: "other", whose }
    : undefined;
}
