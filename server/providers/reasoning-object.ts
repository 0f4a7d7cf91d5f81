// The `reasoning` object of the gateways: how much to think, as an effort or as tokens, in one place for both ways
// that callers say it. What a caller puts there itself stands.

import type { ChatBody } from "./chat-body.ts";
import { isObject, type Json } from "./openai-delta.ts";

/** `efforts`: reasoning_effort goes there too, for a gateway that reads it nowhere else. */
export function reasoningObject(body: ChatBody, { efforts }: { efforts: boolean }): void {
  const { thinking, reasoning_effort } = body;
  const reasoning: Json = {};
  if (efforts && reasoning_effort !== undefined) {
    delete body["reasoning_effort"];
    if (reasoning_effort !== "default") reasoning["effort"] = reasoning_effort;
  }
  delete body["thinking"];
  if (isObject(thinking)) {
    const { type, budget_tokens } = thinking;
    if (type === "disabled") reasoning["enabled"] = false;
    else if (budget_tokens === undefined) reasoning["enabled"] = true;
    else reasoning["max_tokens"] = budget_tokens;
  }
  if (Object.keys(reasoning).length > 0) body["reasoning"] = reasoning;
}
