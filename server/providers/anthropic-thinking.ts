// `reasoning_effort` and `thinking` -> Claude's thinking and effort, and what must give way to them: every change is named
// in the call's warnings. Source: Anthropic's documentation of extended and adaptive thinking and of effort.

import { warn } from "./anthropic-content.ts";
import type { Turn } from "./anthropic-messages.ts";
import { type ClaudeFacts, factsOf } from "./anthropic-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** Tokens to think with, for each effort. */
const BUDGETS: Readonly<Record<string, number>> = {
  minimal: 1024,
  low: 1024,
  medium: 2048,
  high: 4096,
  xhigh: 8192,
  max: 16_384,
};
const LEAST = 1024;
/** What is left to answer with, where a call names no limit. */
const ANSWER = 4096;

export interface Thinking {
  /** undefined: nothing is said, and the model does what it does by itself. */
  thinking?: Json | undefined;
  effort?: string | undefined;
}

export function thinkingOf(call: ChatCall, turns: readonly Turn[]): Thinking {
  const facts = factsOf(call.model);
  const wanted = fromThinking(call, facts) ?? fromEffort(call, facts);
  if (wanted.thinking?.["type"] !== "enabled" || !lacksThoughts(turns)) return wanted;
  warn(
    call,
    "thinking",
    "thinking was dropped: the last tool calls of the conversation came without thinking_blocks, and the API wants them back. Send them with the message",
  );
  const { thinking: _dropped, ...rest } = wanted;
  return rest;
}

/** Whether the model thinks within a budget. */
export function hasBudget({ thinking }: Thinking): boolean {
  return thinking?.["type"] === "enabled";
}

function fromThinking(call: ChatCall, facts: ClaudeFacts): Thinking | undefined {
  const { thinking } = call.params;
  if (!isObject(thinking)) return undefined;
  const { effort } = levelOf(call, facts);
  const { type, budget_tokens } = thinking;
  if (type === "disabled") {
    if (facts.thinks !== "always") return { thinking: { ...thinking }, effort };
    warn(call, "thinking", `thinking was not turned off: ${call.model} always thinks`);
    return { effort: effort ?? "low" };
  }
  if (type === "enabled" && !facts.takes_budget) {
    warn(
      call,
      "thinking",
      `the thinking budget of ${String(budget_tokens)} tokens became adaptive thinking: ${call.model} takes no budget. Say how much with reasoning_effort`,
    );
    return { thinking: adaptive(facts), effort };
  }
  if (type === "adaptive" && facts.thinks === "by budget") {
    const budget = BUDGETS[String(call.params.reasoning_effort)] ?? 4096;
    warn(call, "thinking", `adaptive thinking became a budget of ${budget} tokens: ${call.model} needs one`);
    return { thinking: { type: "enabled", budget_tokens: budget } };
  }
  if (type === "enabled" && effort === undefined && call.params.reasoning_effort != null)
    warn(call, "reasoning_effort", "reasoning_effort was dropped: thinking says it more exactly");
  return { thinking: { ...thinking }, effort };
}

function fromEffort(call: ChatCall, facts: ClaudeFacts): Thinking {
  const { reasoning_effort: asked } = call.params;
  if (asked == null || asked === "default") return {};
  if (asked === "none") {
    if (facts.thinks !== "always") return { thinking: { type: "disabled" } };
    warn(call, "reasoning_effort", `reasoning_effort none became low: ${call.model} always thinks`);
    return { effort: "low" };
  }
  if (facts.thinks !== "by budget") return { thinking: adaptive(facts), ...levelOf(call, facts) };
  const budget_tokens = BUDGETS[asked] ?? 2048;
  if (asked === "minimal" || asked === "xhigh" || BUDGETS[asked] === undefined)
    warn(call, "reasoning_effort", `reasoning_effort ${asked} became a budget of ${budget_tokens} tokens`);
  return { thinking: { type: "enabled", budget_tokens } };
}

/** Thoughts that would come empty are asked for as a summary. */
function adaptive({ hides_thoughts }: ClaudeFacts): Json {
  return { type: "adaptive", ...(hides_thoughts ? { display: "summarized" } : {}) };
}

/** The effort a model knows for the one that was asked for. */
function levelOf(call: ChatCall, { thinks, efforts }: ClaudeFacts): { effort?: string } {
  const { reasoning_effort: asked } = call.params;
  if (asked == null || asked === "default" || asked === "none" || thinks === "by budget") return {};
  const effort =
    asked === "minimal" ? "low" : asked === "xhigh" && !efforts.includes("xhigh") ? "max" : asked;
  if (effort !== asked)
    warn(
      call,
      "reasoning_effort",
      `reasoning_effort ${asked} became ${effort}: ${call.model} has no such effort`,
    );
  return { effort };
}

/** The last calls stand in a turn that does not begin with a thought, and their results follow. */
function lacksThoughts(turns: readonly Turn[]): boolean {
  const results = turns.at(-1);
  const calls = turns.at(-2);
  if (results?.role !== "user" || calls?.role !== "assistant") return false;
  if (!results.content.some((block) => block["type"] === "tool_result")) return false;
  const first = calls.content[0]?.["type"];
  return first !== "thinking" && first !== "redacted_thinking";
}

/** The budget is at least 1024 tokens and less than max_tokens, which counts it too. Returns max_tokens. */
export function makeRoom(call: ChatCall, { thinking }: Thinking, given: number | undefined): number {
  const { max_tokens: usual, most_tokens: most } = factsOf(call.model);
  const asked = thinking?.["budget_tokens"];
  if (thinking?.["type"] !== "enabled" || typeof asked !== "number") return given ?? usual;
  const clamp = (to: number, why: string): void => {
    warn(call, "thinking", `the thinking budget of ${asked} tokens became ${to}: ${why}`);
    thinking["budget_tokens"] = to;
  };
  if (asked < LEAST) clamp(LEAST, "it is the least there is");
  else if (asked >= most)
    clamp(most - LEAST, `${call.model} writes at most ${most} tokens, thoughts included`);
  const budget = Number(thinking["budget_tokens"]);
  if (given === undefined) return Math.min(most, Math.max(usual, budget + ANSWER));
  if (given > budget) return given;
  const raised = Math.min(most, budget + given);
  warn(
    call,
    "max_tokens",
    `max_tokens ${given} became ${raised}: it counts the thinking budget of ${budget} too`,
  );
  return raised;
}

/** Sampling that the model, or its thinking, does not take. */
export function limitSampling(call: ChatCall, { thinking, effort }: Thinking, body: Json): void {
  const { sampling, thinks } = factsOf(call.model);
  const type = thinking?.["type"];
  const on = type === "enabled" || type === "adaptive" || (thinks === "always" && effort !== undefined);
  const why = sampling === "none" ? `${call.model} takes none` : "it cannot be combined with thinking";
  const drop = (key: string, because: string): void => {
    warn(call, key, `${key} ${String(body[key])} was dropped: ${because}`);
    delete body[key];
  };
  const { temperature, top_p, top_k } = body;
  if (on || sampling === "none") {
    if (temperature !== undefined && temperature !== 1) drop("temperature", why);
    if (typeof top_p === "number" && top_p < (sampling === "none" ? 1 : 0.95)) drop("top_p", why);
    if (top_k !== undefined) drop("top_k", why);
  }
  if (sampling === "one" && body["temperature"] !== undefined && body["top_p"] !== undefined)
    drop("top_p", `${call.model} takes temperature or top_p, and not both`);
}
