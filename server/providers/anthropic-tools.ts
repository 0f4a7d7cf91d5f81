// Tools and the choice among them -> Anthropic's. Anthropic's own tools (web_search_…, bash_…, computer_…) are sent as
// they are; a tool whose input is the answer joins them where the caller wants JSON.

import type { Tool } from "../protocol/messages.ts";
import { refuse, warn } from "./anthropic-content.ts";
import type { FormatPlan } from "./anthropic-format.ts";
import type { Turn } from "./anthropic-messages.ts";
import { factsOf } from "./anthropic-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** `thinking`: the model will think within a budget, and so cannot be made to call a tool. */
export function toolFields(
  call: ChatCall,
  turns: readonly Turn[],
  plan: FormatPlan,
  thinking: boolean,
): Json {
  const { params } = call;
  const tools = (params.tools ?? []).map((tool) => toTool(tool, call));
  const search = webSearch(params["web_search_options"]);
  if (search && !tools.some((tool) => String(tool["type"]).startsWith("web_search_"))) tools.push(search);
  if (tools.length === 0 && params["modify_params"] === true) tools.push(...dummyTools(turns, call));
  let choice = toolChoice(call);
  if (plan.kind === "tool") {
    const { name, description, schema, wrapped } = plan.tool;
    const named = choice?.["type"] === "tool" || choice?.["type"] === "none";
    if (named)
      warn(
        call,
        "response_format",
        "the model may answer with text: tool_choice says which tool it has to call",
      );
    else choice = tools.length > 0 ? { ...choice, type: "any" } : { type: "tool", name };
    const input_schema = wrapped
      ? {
          type: "object",
          properties: { [wrapped]: schema },
          required: [wrapped],
          additionalProperties: false,
        }
      : { type: "object", ...schema };
    if (choice?.["type"] !== "none") tools.push({ name, description, input_schema });
  }
  if (tools.length === 0) {
    if (params.tool_choice != null && params.tool_choice !== "none" && params.tool_choice !== "auto")
      warn(call, "tool_choice", "tool_choice was dropped: there are no tools");
    return {};
  }
  const forced = choice?.["type"] === "any" || choice?.["type"] === "tool";
  if (forced && (thinking || !factsOf(call.model).takes_orders)) {
    const why = thinking ? "while it thinks" : "of this kind";
    warn(
      call,
      plan.kind === "tool" ? "response_format" : "tool_choice",
      `a model ${why} cannot be made to call a tool: it is only offered`,
    );
    const { name: _name, ...rest } = choice ?? {};
    choice = { ...rest, type: "auto" };
  }
  if (params.parallel_tool_calls === false && choice?.["type"] !== "none")
    choice = { type: "auto", ...choice, disable_parallel_tool_use: true };
  return { tools, ...(choice ? { tool_choice: choice } : {}) };
}

function toTool(tool: Tool, call: ChatCall): Json {
  const { type, function: fn, ...rest } = tool;
  if (type !== "function" || !fn) {
    if (type === "custom" && isObject(rest["custom"]))
      throw refuse(
        call,
        "Anthropic takes function tools; OpenAI's custom tools of free text cannot be sent",
        "tools",
      );
    return tool;
  }
  const { name, description, parameters, strict, ...more } = fn as NonNullable<Tool["function"]> & Json;
  const held = strict === true && factsOf(call.model).schema !== "no";
  if (strict === true && !held)
    warn(call, "tools", `strict of ${name} was dropped: ${call.model} cannot be held to a schema`);
  return {
    name,
    ...(typeof description === "string" ? { description } : {}),
    input_schema: {
      ...("type" in (parameters ?? {}) ? {} : { type: "object" }),
      ...(parameters ?? { properties: {} }),
    },
    ...(held ? { strict } : {}),
    ...more,
    ...rest,
  };
}

function toolChoice({ params }: ChatCall): Json | undefined {
  const choice = params.tool_choice;
  if (choice === "auto" || choice === "none") return { type: choice };
  if (choice === "required" || choice === "any") return { type: "any" };
  if (!isObject(choice)) return undefined;
  const fn = choice["function"];
  // Anthropic's own way to say it is understood too.
  if (isObject(fn) && fn["name"] !== undefined) return { type: "tool", name: fn["name"] };
  return choice["type"] === "function" ? { type: "tool", name: choice["name"] } : choice;
}

const SEARCHES: Readonly<Record<string, number>> = { low: 1, medium: 5, high: 10 };

/** OpenAI's `web_search_options` -> Anthropic's search tool. */
function webSearch(options: unknown): Json | undefined {
  if (!isObject(options)) return undefined;
  const { search_context_size: size, user_location: location } = options;
  const place = isObject(location) && isObject(location["approximate"]) ? location["approximate"] : undefined;
  const max_uses = typeof size === "string" && Object.hasOwn(SEARCHES, size) ? SEARCHES[size] : undefined;
  return {
    type: "web_search_20250305",
    name: "web_search",
    ...(max_uses === undefined ? {} : { max_uses }),
    ...(place ? { user_location: { type: "approximate", ...place } } : {}),
  };
}

/** The API wants the tools of earlier turns to be there still. */
function dummyTools(turns: readonly Turn[], call: ChatCall): Json[] {
  const names = turns.flatMap(({ content }) =>
    content.flatMap((block) => (block["type"] === "tool_use" ? [String(block["name"])] : [])),
  );
  const tools = [...new Set(names)].map((name) => ({
    name,
    input_schema: { type: "object", properties: {} },
  }));
  if (tools.length > 0)
    warn(
      call,
      "tools",
      "the tools of earlier turns were declared without their parameters (modify_params is on)",
    );
  return tools;
}
