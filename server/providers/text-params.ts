// OpenAI's names for a text completion.

export const TEXT_PARAMS: ReadonlySet<string> = new Set([
  "prompt",
  "suffix",
  "max_tokens",
  "temperature",
  "top_p",
  "n",
  "stop",
  "echo",
  "logprobs",
  "best_of",
  "presence_penalty",
  "frequency_penalty",
  "logit_bias",
  "seed",
  "user",
]);

export function textParams(...params: readonly string[]): ReadonlySet<string> {
  return new Set(["prompt", "suffix", ...params]);
}
