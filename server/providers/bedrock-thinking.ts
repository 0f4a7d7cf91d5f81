// `reasoning_effort` and `thinking` -> the words each family behind Bedrock has for them. Claude's rules are Anthropic's
// own, wherever it runs; every change is named in the call's warnings.

import type { Turn as AnthropicTurn } from "./anthropic-messages.ts";
import { hasBudget, limitSampling, makeRoom, type Thinking, thinkingOf } from "./anthropic-thinking.ts";
import type { Turn } from "./bedrock-content.ts";
import { isClaude, isNova2, thinksByEffort } from "./bedrock-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface ThinkingFields {
  /** For `additionalModelRequestFields`. */
  fields: Json;
  /** The model will think within a budget, and so cannot be made to call a tool. */
  budget: boolean;
}

/** Changes `inference` and `others` where thinking, or the model, leaves them no choice. */
export function thinkingFields(
  call: ChatCall,
  turns: readonly Turn[],
  inference: Json,
  others: Json,
): ThinkingFields {
  if (!isClaude(call.model)) return { fields: byEffort(call), budget: false };
  const thinking = thinkingOf(call, turns.map(toAnthropic));
  const given = inference["maxTokens"];
  // Converse's own default is the most the model can write.
  const room = makeRoom(call, thinking, typeof given === "number" ? given : undefined);
  if (given !== undefined) inference["maxTokens"] = room;
  sample(call, thinking, inference, others);
  return {
    fields: {
      ...(thinking.thinking ? { thinking: thinking.thinking } : {}),
      ...(thinking.effort === undefined ? {} : { output_config: { effort: thinking.effort } }),
    },
    budget: hasBudget(thinking),
  };
}

/** As much of a turn as Anthropic's rules look at. */
function toAnthropic({ role, content }: Turn): AnthropicTurn {
  const typeOf = (block: Json): string =>
    block["toolResult"] ? "tool_result" : block["reasoningContent"] ? "thinking" : "other";
  return { role, content: content.map((block) => ({ type: typeOf(block) })) };
}

function sample(call: ChatCall, thinking: Thinking, inference: Json, others: Json): void {
  const kept: Json = {
    temperature: inference["temperature"],
    top_p: inference["topP"],
    top_k: others["top_k"],
  };
  limitSampling(call, thinking, kept);
  if (kept["temperature"] === undefined) delete inference["temperature"];
  if (kept["top_p"] === undefined) delete inference["topP"];
  if (kept["top_k"] === undefined) delete others["top_k"];
}

function byEffort(call: ChatCall): Json {
  const { reasoning_effort: effort, thinking } = call.params;
  if (isObject(thinking)) return { thinking };
  if (effort == null || effort === "default") return {};
  const warn = (to: string, why: string): number =>
    call.warnings.push({
      param: "reasoning_effort",
      message: `reasoning_effort ${effort} became ${to}: ${call.model} ${why}`,
    });
  const level = effort === "minimal" ? "low" : effort === "xhigh" ? "high" : effort;
  if (level !== effort) warn(level, "takes low, medium and high");
  if (isNova2(call.model)) {
    return {
      reasoningConfig:
        level === "none" ? { type: "disabled" } : { type: "enabled", maxReasoningEffort: level },
    };
  }
  if (thinksByEffort(call.model) && level === "none") {
    warn("low", "always thinks");
    return { reasoning_effort: "low" };
  }
  return { reasoning_effort: level };
}
