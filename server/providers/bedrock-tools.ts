// Tools, the choice among them, and the JSON a caller wants -> Converse's toolConfig and outputConfig. Where a model
// cannot be held to a schema it is made to call a tool of that schema, and the answer is that call's input.

import { createError } from "../protocol/errors.ts";
import type { Tool } from "../protocol/messages.ts";
import { factsOf } from "./anthropic-models.ts";
import { type NarrowedSchema, narrowSchema } from "./anthropic-schema.ts";
import { cachePoint, type Turn } from "./bedrock-content.ts";
import { isClaude, takesSchema } from "./bedrock-models.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

export interface AnswerTool {
  name: string;
  description: string;
  schema: Json;
}

/** The tool whose input is the answer; undefined where the answer is text. */
export function answerTool(call: ChatCall): AnswerTool | undefined {
  const format = call.params.response_format;
  if (!format || call.passthrough["outputConfig"] !== undefined) return undefined;
  const description = "Gives the answer: its input is the whole answer to the user.";
  if (format["type"] === "json_object") {
    const schema = isObject(format["schema"]) ? format["schema"] : { type: "object" };
    return { name: "json_answer", description, schema };
  }
  if (format["type"] !== "json_schema" || ownSchema(call)) return undefined;
  const { schema, name, ...wanted } = wantedOf(call);
  return {
    name: String(name ?? "json_answer").replace(/[^A-Za-z0-9_-]/g, "_"),
    description: typeof wanted["description"] === "string" ? wanted["description"] : description,
    schema: isObject(schema) ? schema : { type: "object" },
  };
}

function wantedOf({ params }: ChatCall): Json {
  const wanted = params.response_format?.["json_schema"];
  return isObject(wanted) ? wanted : {};
}

/** The schema Bedrock itself can hold the answer to: Claude is held to a part of what there is. */
function ownSchema(call: ChatCall): NarrowedSchema | undefined {
  const { schema } = wantedOf(call);
  if (!isObject(schema) || !takesSchema(call.model)) return undefined;
  return isClaude(call.model) ? narrowSchema(schema) : { schema, changed: [] };
}

/** Bedrock's own way to hold the answer to a schema. Sets `check_schema` where it holds it to a part alone. */
export function outputConfig(call: ChatCall): Json | undefined {
  const { params, warnings } = call;
  const type = params.response_format?.["type"];
  if (type === undefined || type === "text" || type === "json_object") return undefined;
  if (type !== "json_schema") {
    warnings.push({
      param: "response_format",
      message: `response_format ${String(type)} was dropped: Bedrock takes text, json_object and json_schema`,
    });
    return undefined;
  }
  const own = ownSchema(call);
  if (!own) return undefined;
  const { schema, name, description } = wantedOf(call);
  if (own.changed.length > 0) {
    call.check_schema = schema as Json;
    warnings.push({
      param: "response_format",
      message: `Claude cannot be held to ${own.changed.join(", ")} of a JSON schema: it is told, and the answer is checked`,
    });
  }
  const jsonSchema = {
    schema: JSON.stringify(own.schema),
    ...(name === undefined ? {} : { name }),
    ...(description === undefined ? {} : { description }),
  };
  return { textFormat: { type, structure: { jsonSchema } } };
}

/** `thinks`: a model that thinks within a budget cannot be made to call a tool. Sets `check_schema` where the schema is only asked for. */
export function toolConfig(call: ChatCall, turns: readonly Turn[], thinks: boolean): Json | undefined {
  const { params, warnings } = call;
  const answer = answerTool(call);
  const warn = (param: string, message: string): number => warnings.push({ param, message });
  let choice = toolChoice(call);
  let tools = (params.tools ?? []).flatMap((tool) => toTool(tool, call));
  const used = namesIn(turns);
  if (params.tool_choice === "none" && tools.length > 0) {
    if (used.length === 0) tools = [];
    else
      warn(
        "tool_choice",
        "tool_choice none was dropped: Bedrock wants the tools of earlier turns, and cannot forbid their use",
      );
  }
  if (tools.length === 0 && used.length > 0) {
    tools = used.map((name) => ({ toolSpec: { name, inputSchema: { json: { type: "object" } } } }));
    warn("tools", `the tools of earlier turns (${used.join(", ")}) were declared: Bedrock demands it`);
  }
  if (answer) {
    const { name, description, schema } = answer;
    const others = tools.length > 0;
    tools = [...tools, { toolSpec: { name, description, inputSchema: { json: schema } } }];
    choice = others ? { any: {} } : { tool: { name } };
    call.check_schema = schema;
  }
  if (tools.length === 0) return undefined;
  const takesOrders = !isClaude(call.model) || factsOf(call.model).takes_orders;
  if ((thinks || !takesOrders) && choice && !choice["auto"]) {
    warn(
      answer ? "response_format" : "tool_choice",
      `the model is not forced to call a tool, only offered it: ${thinks ? "that cannot be combined with thinking" : `${call.model} takes no orders`}`,
    );
    choice = undefined;
  }
  return { tools, ...(choice ? { toolChoice: choice } : {}) };
}

function toTool(tool: Tool, call: ChatCall): Json[] {
  const fn = tool.function;
  if (tool.type !== "function" || !fn) {
    throw createError("BadRequestError", {
      message: `Bedrock takes function tools; one of type ${tool.type} cannot be sent`,
      llm_provider: "bedrock",
      model: call.requested_model,
      param: "tools",
    });
  }
  const strict = fn.strict === true && takesSchema(call.model);
  if (fn.strict === true && !strict)
    call.warnings.push({
      param: "tools",
      message: `strict of ${fn.name} was dropped: ${call.model} cannot be held to it`,
    });
  const toolSpec = {
    name: fn.name,
    ...(fn.description ? { description: fn.description } : {}),
    inputSchema: { json: fn.parameters ?? { type: "object", properties: {} } },
    ...(strict ? { strict } : {}),
  };
  const point = cachePoint(tool["cache_control"] ?? (fn as Json)["cache_control"]);
  return [{ toolSpec }, ...(point ? [point] : [])];
}

function toolChoice({ params }: ChatCall): Json | undefined {
  const choice = params.tool_choice;
  if (choice === "auto") return { auto: {} };
  if (choice === "required") return { any: {} };
  if (!isObject(choice)) return undefined;
  const fn = choice["function"];
  const name = isObject(fn) ? fn["name"] : choice["name"];
  return name === undefined ? undefined : { tool: { name } };
}

/** Claude's own words for one call at a time; Converse has none. */
export function singleCall({ model, params }: ChatCall): Json | undefined {
  if (params.parallel_tool_calls !== false || !isClaude(model) || !params.tools?.length) return undefined;
  const choice = toolChoice({ params } as ChatCall) ?? { auto: {} };
  const [type = "auto"] = Object.keys(choice);
  return {
    tool_choice: {
      type,
      ...(isObject(choice["tool"]) ? choice["tool"] : {}),
      disable_parallel_tool_use: true,
    },
  };
}

function namesIn(turns: readonly Turn[]): string[] {
  const names = turns.flatMap(({ content }) =>
    content.flatMap(({ toolUse }) => (isObject(toolUse) ? [String(toolUse["name"])] : [])),
  );
  return [...new Set(names)];
}
