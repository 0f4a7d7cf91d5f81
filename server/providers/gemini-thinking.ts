// `reasoning_effort` and `thinking` -> Gemini's thinkingConfig: a budget of tokens up to 2.5, a level from 3 on. What a
// model cannot do becomes the nearest it can, and the call's warnings say so.
// Source: Gemini API documentation, "Thinking"; budgets of the efforts as LiteLLM has them.

import { canThink, type Size, sizeOf, thinksByLevel } from "./gemini-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Least and most tokens, and whether thinking can be turned off. */
const LIMITS: Readonly<Record<Size, { least: number; most: number; off: boolean }>> = {
  pro: { least: 128, most: 32_768, off: false },
  flash: { least: 1, most: 24_576, off: true },
  "flash-lite": { least: 512, most: 24_576, off: true },
};
const BUDGETS: Readonly<Record<string, number>> = { low: 1024, medium: 2048, high: 4096 };
/** Gemini decides. */
const DYNAMIC = -1;

/** Undefined where nothing was asked for. */
export function thinkingConfig(call: ChatCall): Json | undefined {
  const { thinking, reasoning_effort: effort } = call.params;
  if (isObject(thinking)) return byThinking(thinking, call);
  if (effort == null || effort === "default") return undefined;
  if (!canThink(call.model)) {
    warn(call, "reasoning_effort", `reasoning_effort ${effort} was dropped: ${call.model} does not think`);
    return undefined;
  }
  return thinksByLevel(call.model) ? byLevel(effort, call) : byBudget(effort, call);
}

/** Anthropic's words, which LiteLLM takes for every provider. */
function byThinking(thinking: Json, call: ChatCall): Json | undefined {
  const { type, budget_tokens: budget } = thinking;
  if (type === "disabled") {
    if (thinksByLevel(call.model)) return byLevel("none", call, "thinking");
    return clamped(0, call, "thinking");
  }
  if (typeof budget !== "number") return { includeThoughts: true };
  return clamped(budget, call, "thinking");
}

function byLevel(effort: string, call: ChatCall, param = "reasoning_effort"): Json {
  const least = sizeOf(call.model) === "pro" ? "low" : "minimal";
  const levels = least === "low" ? ["low", "medium", "high"] : ["minimal", "low", "medium", "high"];
  // The first of the third generation's large models knew two levels.
  const known = /gemini-3-pro/.test(call.model) ? ["low", "high"] : levels;
  let level = effort;
  if (!known.includes(effort)) {
    if (effort === "none" || effort === "minimal") level = least;
    else level = "high";
    const asked = effort === "none" ? "cannot be kept from thinking; it" : "";
    warn(
      call,
      param,
      `${param} ${effort} became ${level}: ${call.model} ${asked} takes ${known.join(", ")}`.replace(
        "  ",
        " ",
      ),
    );
  }
  return effort === "none" ? { thinkingLevel: level } : { thinkingLevel: level, includeThoughts: true };
}

function byBudget(effort: string, call: ChatCall): Json {
  const { least, most } = LIMITS[sizeOf(call.model)];
  if (effort === "none") return clamped(0, call, "reasoning_effort");
  if (effort === "minimal") return { thinkingBudget: least, includeThoughts: true };
  if (effort === "xhigh" || effort === "max") return { thinkingBudget: most, includeThoughts: true };
  const budget = BUDGETS[effort];
  if (budget !== undefined) return { thinkingBudget: budget, includeThoughts: true };
  warn(
    call,
    "reasoning_effort",
    `reasoning_effort ${effort} is no effort Gemini knows: it decides by itself`,
  );
  return { thinkingBudget: DYNAMIC, includeThoughts: true };
}

function clamped(budget: number, call: ChatCall, param: string): Json {
  const { least, most, off } = LIMITS[sizeOf(call.model)];
  if (budget === 0 && (off || thinksByLevel(call.model))) return { thinkingBudget: 0 };
  if (budget === DYNAMIC) return { thinkingBudget: DYNAMIC, includeThoughts: true };
  const nearest = Math.min(Math.max(budget, least), most);
  if (nearest !== budget) {
    const bound = nearest === least ? "least" : "most";
    warn(
      call,
      param,
      `the thinking budget of ${budget} tokens became ${nearest}, the ${bound} that ${call.model} takes`,
    );
  }
  return budget === 0 ? { thinkingBudget: nearest } : { thinkingBudget: nearest, includeThoughts: true };
}

function warn(call: ChatCall, param: string, message: string): void {
  call.warnings.push({ param, message });
}
