// LiteLLM arguments -> the body of Anthropic's Messages API, for every cloud that offers it. The model stands in the body;
// clouds that name it elsewhere take it out, and add what is theirs.

import { betasOf } from "./anthropic-betas.ts";
import { markMessages, markTools } from "./anthropic-cache.ts";
import { warn } from "./anthropic-content.ts";
import { type FormatPlan, nativeFormat, planFormat } from "./anthropic-format.ts";
import { toConversation } from "./anthropic-messages.ts";
import { factsOf } from "./anthropic-models.ts";
import { repaired } from "./anthropic-repair.ts";
import { hasBudget, limitSampling, makeRoom, thinkingOf } from "./anthropic-thinking.ts";
import { toolFields } from "./anthropic-tools.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { CHAT_PARAMS } from "./params.ts";
import type { ChatCall } from "./types.ts";

const OF_ALL = [
  "temperature",
  "top_p",
  "stream",
  "stream_options",
  "stop",
  "max_tokens",
  "max_completion_tokens",
  "user",
  "metadata",
  "tools",
  "tool_choice",
  "parallel_tool_calls",
  "response_format",
  "web_search_options",
  "service_tier",
];
const PLAIN: ReadonlySet<string> = new Set(OF_ALL);
const THINKING: ReadonlySet<string> = new Set([...OF_ALL, "reasoning_effort", "thinking"]);

/** OpenAI's parameters that Claude takes, whoever hosts it. */
export function claudeParams(model: string): ReadonlySet<string> {
  return factsOf(model).thinks === "never" ? PLAIN : THINKING;
}

export interface AnthropicRequest {
  body: Json;
  /** For the header anthropic-beta, or the field anthropic_beta. */
  betas: string[];
}

/** Sets `call.check_schema` where a schema could only be asked for. Throws BadRequestError. */
export function anthropicRequest(call: ChatCall): AnthropicRequest {
  const { params, model } = call;
  const { system, turns: told } = toConversation(call, markMessages(call));
  const turns = params["modify_params"] === true ? repaired(told, call) : told;
  const thinking = thinkingOf(call, turns);
  const plan = planFormat(call);
  const format = nativeFormat(call, plan);
  const given = params.max_completion_tokens ?? params.max_tokens ?? undefined;
  const body: Json = { model, max_tokens: makeRoom(call, thinking, given) };
  if (system.length > 0) body["system"] = system;
  body["messages"] = turns;
  addSampling(call, body);
  addStop(call, body);
  addUser(call, body);
  addTier(call, body);
  Object.assign(body, toolFields(call, turns, plan, hasBudget(thinking)), format.body);
  askForTool(plan, body);
  markTools(call, body);
  if (thinking.thinking) body["thinking"] = thinking.thinking;
  if (thinking.effort !== undefined) joinConfig(body, { effort: thinking.effort });
  if (call.stream) body["stream"] = true;
  addOthers(call, body);
  limitSampling(call, thinking, body);
  Object.assign(body, params.extra_body);
  return { body, betas: [...new Set([...format.betas, ...betasOf(body)])] };
}

/** A model that cannot be made to answer by a tool is asked to. */
function askForTool(plan: FormatPlan, body: Json): void {
  const choice = body["tool_choice"];
  if (plan.kind !== "tool" || !isObject(choice) || choice["type"] !== "auto") return;
  const before = Array.isArray(body["system"]) ? body["system"] : [];
  const text = `Give your answer by calling the tool ${plan.tool.name}, and write no text beside it.`;
  body["system"] = [...before, { type: "text", text }];
}

function addSampling({ params, ...call }: ChatCall, body: Json): void {
  const { temperature, top_p } = params;
  if (temperature != null) {
    const clamped = Math.min(1, Math.max(0, temperature));
    body["temperature"] = clamped;
    if (clamped !== temperature) {
      const message = `temperature ${temperature} became ${clamped}: Anthropic takes 0 to 1`;
      call.warnings.push({ param: "temperature", message });
    }
  }
  if (top_p != null) body["top_p"] = top_p;
}

function addStop(call: ChatCall, body: Json): void {
  const { stop } = call.params;
  if (stop == null) return;
  const all = typeof stop === "string" ? [stop] : stop;
  const kept = all.filter((one) => one.trim() !== "");
  if (kept.length < all.length)
    warn(call, "stop", "stop sequences of nothing but white space were dropped: Anthropic refuses them");
  if (kept.length > 0) body["stop_sequences"] = kept;
}

/** One field of OpenAI's metadata has a place; LiteLLM keeps others there for itself. */
function addUser(call: ChatCall, body: Json): void {
  const { user, metadata } = call.params;
  const { user_id, ...others } = isObject(metadata) ? metadata : {};
  const names = Object.keys(others);
  if (names.length > 0)
    warn(call, "metadata", `metadata ${names.join(", ")} was dropped: Anthropic takes user_id alone`);
  const id = user_id ?? user;
  if (id !== undefined && id !== null) body["metadata"] = { user_id: id };
}

function addTier(call: ChatCall, body: Json): void {
  const { service_tier: tier } = call.params;
  if (tier == null) return;
  if (tier === "auto" || tier === "standard_only") body["service_tier"] = tier;
  else if (tier === "default") body["service_tier"] = "standard_only";
  else warn(call, "service_tier", `service_tier ${tier} was dropped: Anthropic takes auto and standard_only`);
}

function joinConfig(body: Json, config: Json): void {
  const before = isObject(body["output_config"]) ? body["output_config"] : {};
  body["output_config"] = { ...before, ...config };
}

/** The caller's own parameters, and OpenAI's that it insists on (allowed_openai_params). */
function addOthers({ params, passthrough, model }: ChatCall, body: Json): void {
  for (const key of CHAT_PARAMS) {
    const value = params[key];
    if (value !== undefined && value !== null && !THINKING.has(key)) body[key] = value;
  }
  for (const key of ["thinking", "reasoning_effort"]) {
    if (!claudeParams(model).has(key) && params[key] != null) body[key] = params[key];
  }
  for (const [key, value] of Object.entries(passthrough)) {
    if (key === "cache_control_injection_points") continue;
    if (key === "output_config" && isObject(value)) joinConfig(body, value);
    else body[key] = value;
  }
}
