// A model nobody knows anything of: null, and neither a zero nor a guess. Pure.

import type { ModelDetails } from "../protocol/results.ts";

export const UNKNOWN_MODEL: ModelDetails = Object.freeze({
  max_input_tokens: null,
  max_output_tokens: null,
  input_cost_per_token: null,
  output_cost_per_token: null,
  prices_date: null,
  supports: null,
});
