// Which of a call's arguments say what it costs, in LiteLLM's names. None of them ever reaches a provider, and only
// who pays for a call may set them. Pure.

const PRICE = /(?:^|_)cost_per_|_token_cost(?:_|$)|^tiered_pricing$/;

/** Also of what nothing here is counted in: seconds, characters, pixels. */
export function isPriceField(name: string): boolean {
  return PRICE.test(name);
}
