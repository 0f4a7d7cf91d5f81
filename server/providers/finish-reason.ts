// LiteLLM's normalised finish reasons. What no table knows passes through as it is.

const NORMALISED: Readonly<Record<string, string>> = {
  stop_sequence: "stop",
  end_turn: "stop",
  eos_token: "stop",
  eos: "stop",
  STOP: "stop",
  COMPLETE: "stop",
  completed: "stop",
  max_tokens: "length",
  MAX_TOKENS: "length",
  model_length: "length",
  tool_use: "tool_calls",
  SAFETY: "content_filter",
  RECITATION: "content_filter",
};

export function normaliseFinishReason(raw: string): string {
  return Object.hasOwn(NORMALISED, raw) ? (NORMALISED[raw] as string) : raw;
}
