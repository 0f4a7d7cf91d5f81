// Usage as OpenAI shapes it: three finite, non-negative integers and whatever else the provider tells.

import type { Usage } from "../protocol/messages.ts";

/** Keeps every field the provider sent; undefined when there is nothing to count. */
export function readUsage(raw: unknown): Usage | undefined {
  if (typeof raw !== "object" || raw === null || Array.isArray(raw)) return undefined;
  const fields = raw as Record<string, unknown>;
  const prompt = count(fields["prompt_tokens"]);
  const completion = count(fields["completion_tokens"]);
  const total = count(fields["total_tokens"]);
  if (prompt === undefined && completion === undefined && total === undefined) return undefined;
  const prompt_tokens = prompt ?? Math.max(0, (total ?? 0) - (completion ?? 0));
  const completion_tokens = completion ?? Math.max(0, (total ?? 0) - prompt_tokens);
  const rest = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
  return {
    ...rest,
    prompt_tokens,
    completion_tokens,
    total_tokens: total ?? prompt_tokens + completion_tokens,
  };
}

/** Hostile numbers (−1, 1e400, "12") count as not told. */
export function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;
}

/** Tokens read from the provider's cache, where OpenAI's place for them is still empty. */
export function withCachedTokens(usage: Usage, cached: unknown): Usage {
  const tokens = count(cached);
  if (tokens === undefined || usage.prompt_tokens_details?.cached_tokens !== undefined) return usage;
  return { ...usage, prompt_tokens_details: { ...usage.prompt_tokens_details, cached_tokens: tokens } };
}

/** The price in USD that the provider tells, where `cost` itself holds none. */
export function withCost(usage: Usage, usd: unknown): Usage {
  if (typeof usd !== "number" || !Number.isFinite(usd) || usd < 0) return usage;
  return { ...usage, cost: usd };
}
