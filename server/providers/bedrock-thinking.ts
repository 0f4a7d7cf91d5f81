// `reasoning_effort` and `thinking` -> the words each family behind Bedrock has for it, and what must give way to
// it: every change is named in the call's warnings.

import { isAdaptive, isClaude, isNova2, thinksByEffort } from "./bedrock-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
};
const LEAST = 1024;

/** Fields for `additionalModelRequestFields`. Changes `inference` where thinking leaves it no choice. */
export function thinkingFields(call: ChatCall, inference: Json, others: Json): Json {
  const fields = isClaude(call.model) ? claude(call) : byEffort(call);
  const { thinking } = fields;
  if (!isObject(thinking) || thinking["type"] === "disabled") return fields;
  makeRoom(call, thinking, inference);
  dropSampling(call, inference, others);
  return fields;
}

/** Whether the model will think before it answers. */
export function doesThink(fields: Json): boolean {
  const { thinking } = fields;
  return isObject(thinking) && thinking["type"] !== "disabled";
}

function warn(call: ChatCall, param: string, message: string): void {
  call.warnings.push({ param, message });
}

function claude(call: ChatCall): Json {
  const { reasoning_effort: effort, thinking } = call.params;
  if (isObject(thinking)) return { thinking: { ...thinking } };
  if (effort == null || effort === "default") return {};
  if (effort === "none") return { thinking: { type: "disabled" } };
  if (isAdaptive(call.model)) {
    const level = effort === "minimal" ? "low" : effort === "xhigh" ? "max" : effort;
    if (level !== effort)
      warn(call, "reasoning_effort", `reasoning_effort ${effort} became ${level}: Claude has no such effort`);
    return { thinking: { type: "adaptive" }, output_config: { effort: level } };
  }
  const budget_tokens = BUDGETS[effort] ?? LEAST;
  if (effort === "minimal" || BUDGETS[effort] === undefined)
    warn(call, "reasoning_effort", `reasoning_effort ${effort} became a budget of ${budget_tokens} tokens`);
  return { thinking: { type: "enabled", budget_tokens } };
}

function byEffort(call: ChatCall): Json {
  const { reasoning_effort: effort, thinking } = call.params;
  if (isObject(thinking)) return { thinking: { ...thinking } };
  if (effort == null || effort === "default") return {};
  const level = effort === "minimal" ? "low" : effort === "xhigh" ? "high" : effort;
  if (level !== effort)
    warn(
      call,
      "reasoning_effort",
      `reasoning_effort ${effort} became ${level}: ${call.model} takes low, medium and high`,
    );
  if (isNova2(call.model)) {
    return {
      reasoningConfig:
        level === "none" ? { type: "disabled" } : { type: "enabled", maxReasoningEffort: level },
    };
  }
  if (thinksByEffort(call.model) && level === "none") {
    warn(call, "reasoning_effort", `reasoning_effort none became low: ${call.model} always thinks`);
    return { reasoning_effort: "low" };
  }
  return { reasoning_effort: level };
}

/** The budget is at least 1024 tokens, and less than max_tokens, which counts it too. */
function makeRoom(call: ChatCall, thinking: Json, inference: Json): void {
  const given = thinking["budget_tokens"];
  if (typeof given !== "number") return;
  let budget = given;
  if (budget < LEAST) {
    budget = LEAST;
    warn(call, "thinking", `the thinking budget of ${given} tokens became ${LEAST}, the least there is`);
  }
  const most = inference["maxTokens"];
  if (typeof most === "number" && most <= budget) {
    if (most > LEAST) {
      warn(
        call,
        "thinking",
        `the thinking budget of ${budget} tokens became ${most - 1}: max_tokens counts it too`,
      );
      budget = most - 1;
    } else {
      inference["maxTokens"] = most + budget;
      warn(
        call,
        "max_tokens",
        `max_tokens ${most} became ${most + budget}: it counts the thinking budget too`,
      );
    }
  }
  if (budget !== given) thinking["budget_tokens"] = budget;
}

/** Claude takes no sampling while it thinks. */
function dropSampling(call: ChatCall, inference: Json, others: Json): void {
  const drop = (param: string, from: Json, key: string): void => {
    warn(call, param, `${param} ${String(from[key])} was dropped: it cannot be combined with thinking`);
    delete from[key];
  };
  const { temperature, topP } = inference;
  if (temperature !== undefined && temperature !== 1) drop("temperature", inference, "temperature");
  if (typeof topP === "number" && topP < 0.95) drop("top_p", inference, "topP");
  if (others["top_k"] !== undefined) drop("top_k", others, "top_k");
}
