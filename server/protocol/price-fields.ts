// Which of a call's arguments say what it costs, in LiteLLM's names. None of them ever reaches a provider, and only
// who pays for a call may set them. Pure.

/** What is charged for. All are per token but `web_search` (one search) and `request` (one call). */
export const RATE_FIELDS = {
  input: "input_cost_per_token",
  output: "output_cost_per_token",
  cache_read: "cache_read_input_token_cost",
  cache_write: "cache_creation_input_token_cost",
  cache_write_1h: "cache_creation_input_token_cost_above_1hr",
  input_audio: "input_cost_per_audio_token",
  output_audio: "output_cost_per_audio_token",
  cache_read_audio: "cache_read_input_audio_token_cost",
  input_image: "input_cost_per_image_token",
  output_image: "output_cost_per_image_token",
  reasoning: "output_cost_per_reasoning_token",
  citation: "citation_cost_per_token",
  web_search: "web_search_cost_per_query",
  request: "input_cost_per_request",
} as const;
export type RateName = keyof typeof RATE_FIELDS;

/**
 * A price that is counted: its field, the thousands of tokens from which it holds, its service tier's ending. Marked pure,
 * so that a bundle which asks isPriceField alone leaves it and the fields out.
 */
export const RATE_FIELD: RegExp = /* @__PURE__ */ (() =>
  new RegExp(
    `^(${Object.values(RATE_FIELDS)
      .sort((a, b) => b.length - a.length)
      .join("|")})(?:_above_(\\d+)k_tokens)?(_priority|_flex|_batches)?$`,
  ))();

/** Prices that have parts of their own. */
const TIERS = "tiered_pricing";
const OF_SEARCHES = "search_context_cost_per_query";
const PRICE = /(?:^|_)cost_per_|_token_cost(?:_|$)|^tiered_pricing$|^base_model$/;

/** Also in what nothing here is counted in (seconds, characters), and by naming the model whose prices hold. */
export function isPriceField(name: string): boolean {
  return PRICE.test(name);
}

export function isCountedPrice(name: string): boolean {
  // Asked of every argument of every call: hardly any has the word.
  return name.includes("cost") ? RATE_FIELD.test(name) || name === OF_SEARCHES : name === TIERS;
}
