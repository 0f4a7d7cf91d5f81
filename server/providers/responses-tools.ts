// Tools, tool choice and output format in the words of the Responses API, which are flatter than the chat API's.
// Its own tools (web_search, mcp, code_interpreter and the like) go through as they are.

import { isObject, type Json } from "./openai-delta.ts";
import { plainTools } from "./openai-messages.ts";
import type { ChatCall } from "./types.ts";

export function responsesTools(call: ChatCall): Json[] {
  const { params } = call;
  const tools = (plainTools(params.tools ?? [], call) as Json[]).map(toolOf);
  // The chat API's first shape of a function, before there were other tools.
  for (const fn of params.functions ?? [])
    if (isObject(fn)) tools.push(toolOf({ type: "function", function: fn }));
  const search = params["web_search_options"];
  const searches = tools.some(({ type }) => String(type).startsWith("web_search"));
  if (isObject(search) && !searches) tools.push(searchTool(search, call));
  return tools;
}

function toolOf(tool: Json): Json {
  const { type, function: fn, custom, ...rest } = tool;
  if (type === "function" && isObject(fn)) {
    const { parameters, strict, ...named } = fn;
    return {
      type,
      ...named,
      parameters: parameters ?? { type: "object", properties: {} },
      // Unsaid it means true here, and false in the chat API.
      strict: strict ?? false,
      ...rest,
    };
  }
  if (type !== "custom" || !isObject(custom)) return tool;
  const { format, ...named } = custom;
  const grammar = isObject(format) ? format["grammar"] : undefined;
  const flat = isObject(grammar) ? { type: "grammar", ...grammar } : format;
  return { type, ...named, ...(flat === undefined ? {} : { format: flat }), ...rest };
}

function searchTool({ user_location: place, ...rest }: Json, { model }: ChatCall): Json {
  const approximate = isObject(place) ? place["approximate"] : undefined;
  const flat = isObject(approximate) ? { type: "approximate", ...approximate } : place;
  return {
    // Deep research knows the tool by its first name alone.
    type: model.includes("deep-research") ? "web_search_preview" : "web_search",
    ...rest,
    ...(flat === undefined ? {} : { user_location: flat }),
  };
}

/** A word as it is; a function or custom tool by its name; of several allowed ones each by its name. */
export function responsesToolChoice(choice: unknown): unknown {
  if (!isObject(choice)) return choice ?? undefined;
  const { type = "function", allowed_tools: allowed } = choice;
  if (type === "allowed_tools" && isObject(allowed)) {
    const { tools } = allowed;
    return { type, ...allowed, tools: Array.isArray(tools) ? tools.map(responsesToolChoice) : tools };
  }
  const named = choice["function"] ?? choice["custom"];
  if (isObject(named)) return { type, name: named["name"] };
  return { ...choice, type };
}

export function responsesFormat(format: unknown): Json | undefined {
  if (!isObject(format)) return undefined;
  const { type, json_schema: schema } = format;
  return type === "json_schema" && isObject(schema) ? { type, name: "answer", ...schema } : format;
}
