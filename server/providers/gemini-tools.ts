// Tools and the choice among them -> Gemini's `tools` and `toolConfig`. Functions become declarations; Google's own
// tools (search, code execution) pass as they are. Source: Gemini API reference, Tool and ToolConfig.

import { createError } from "../protocol/errors.ts";
import type { Tool } from "../protocol/messages.ts";
import { reduceSchema } from "./gemini-schema.ts";
import { isObject, type Json } from "./openai-delta.ts";
import type { ChatCall } from "./types.ts";

/** OpenAI's and LiteLLM's names for tools of Google's own. */
const OWN: Readonly<Record<string, string>> = {
  web_search: "googleSearch",
  web_search_preview: "googleSearch",
  google_search: "googleSearch",
  googleSearch: "googleSearch",
  google_search_retrieval: "googleSearchRetrieval",
  googleSearchRetrieval: "googleSearchRetrieval",
  enterprise_web_search: "enterpriseWebSearch",
  google_maps: "googleMaps",
  url_context: "urlContext",
  urlContext: "urlContext",
  code_execution: "codeExecution",
  codeExecution: "codeExecution",
  code_interpreter: "codeExecution",
  computer_use: "computerUse",
  file_search: "fileSearch",
};
const DECLARATIONS = ["functionDeclarations", "function_declarations"];

/** The body's `tools`; empty where there are none. */
export function toTools(call: ChatCall): Json[] {
  const declared: unknown[] = [];
  const own: Json[] = [];
  for (const tool of givenTools(call)) {
    const lists = DECLARATIONS.map((name) => (tool as Json)[name]).filter(Array.isArray);
    if (isFunction(tool)) declared.push(declaration(tool, call));
    else if (lists.length > 0) declared.push(...lists.flat());
    else own.push(ownTool(tool, call));
  }
  const search = call.params["web_search_options"];
  if (search != null) {
    if (!own.some((tool) => tool["googleSearch"] !== undefined)) own.push({ googleSearch: {} });
    const said = isObject(search) ? Object.keys(search) : [];
    if (said.length > 0)
      warn(
        call,
        "web_search_options",
        `${said.join(", ")} of web_search_options was dropped: googleSearch takes none`,
      );
  }
  if (call.params.parallel_tool_calls === false && declared.length > 0)
    warn(
      call,
      "parallel_tool_calls",
      "parallel_tool_calls false was dropped: Gemini cannot be held to one call at a time",
    );
  return declared.length > 0 ? [{ functionDeclarations: declared }, ...own] : own;
}

/** OpenAI's older `functions` are tools too. */
function givenTools({ params }: ChatCall): Tool[] {
  const older = (params.functions ?? []).filter(isObject);
  return [
    ...(params.tools ?? []),
    ...older.map((one) => ({ type: "function", function: one as Tool["function"] })),
  ] as Tool[];
}

function isFunction(tool: Tool): boolean {
  return isObject(tool.function) || (tool.type === "function" && typeof tool["name"] === "string");
}

function declaration(tool: Tool, call: ChatCall): Json {
  const fn = (tool.function ?? tool) as Json;
  const { name, description, parameters, strict } = fn;
  if (strict === true) warn(call, "tools", `strict of ${name} was dropped: Gemini cannot be held to it`);
  const result: Json = { name };
  if (typeof description === "string" && description !== "") result["description"] = description;
  if (isObject(parameters)) Object.assign(result, parametersOf(String(name), parameters, call));
  const answer = fn["response"];
  if (isObject(answer)) result["response"] = answer;
  return result;
}

/** A function without parameters has no schema at all: an empty one is refused. */
function parametersOf(name: string, parameters: Json, call: ChatCall): Json {
  const reduced = reduceSchema(parameters);
  if (!reduced) return { parametersJsonSchema: parameters };
  const { schema, dropped } = reduced;
  if (dropped.length > 0)
    warn(
      call,
      "tools",
      `${dropped.join(", ")} of the schema of ${name} was dropped: Gemini's schemas have no such word`,
    );
  const empty =
    schema["properties"] === undefined && schema["anyOf"] === undefined && schema["items"] === undefined;
  return empty ? {} : { parameters: schema };
}

function ownTool(tool: Tool, call: ChatCall): Json {
  const { type, ...rest } = tool as Json;
  if (typeof type !== "string" || type === "") {
    // {googleSearch: {}}, in Google's words or in those of its Python library.
    return Object.fromEntries(Object.entries(rest).map(([key, value]) => [OWN[key] ?? key, value]));
  }
  const name = OWN[type];
  if (name === undefined) {
    throw createError("BadRequestError", {
      message: `Gemini has no tool of type ${type}. It takes functions, and as {type}: ${Object.keys(OWN).join(", ")}; any other as Google writes it, like {googleSearch: {}}`,
      llm_provider: "gemini",
      model: call.requested_model,
      param: "tools",
    });
  }
  const inner = rest[type] ?? rest[name];
  const left = Object.keys(rest).filter((key) => key !== type && key !== name);
  if (isObject(inner) && left.length === 0) return { [name]: inner };
  if (type.startsWith("web_search") || type === "code_interpreter") {
    if (left.length > 0)
      warn(call, "tools", `${left.join(", ")} of the tool ${type} was dropped: ${name} takes none`);
    return { [name]: {} };
  }
  return { [name]: rest };
}

/** The body's `toolConfig`. */
export function toToolConfig(call: ChatCall, tools: readonly Json[]): Json | undefined {
  const { params, requested_model: model } = call;
  const choice = params.tool_choice ?? params.function_call;
  if (choice == null) return undefined;
  if (!tools.some((tool) => tool["functionDeclarations"] !== undefined)) {
    if (choice !== "auto" && choice !== "none")
      warn(call, "tool_choice", "tool_choice was dropped: no function is given that could be called");
    return undefined;
  }
  const config = (fields: Json): Json => ({ functionCallingConfig: fields });
  if (choice === "auto") return config({ mode: "AUTO" });
  if (choice === "none") return config({ mode: "NONE" });
  if (choice === "required" || choice === "any") return config({ mode: "ANY" });
  const named = isObject(choice) ? namesOf(choice) : [];
  if (named.length > 0)
    return config({
      mode: isObject(choice) && modeOf(choice) === "auto" ? "VALIDATED" : "ANY",
      allowedFunctionNames: named,
    });
  throw createError("BadRequestError", {
    message: `tool_choice ${JSON.stringify(choice)} is not understood. Write auto, none, required, or {type: "function", function: {name}}`,
    llm_provider: "gemini",
    model,
    param: "tool_choice",
  });
}

function modeOf(choice: Json): unknown {
  const allowed = choice["allowed_tools"];
  return isObject(allowed) ? allowed["mode"] : undefined;
}

/** One function by name, or OpenAI's list of allowed tools. */
function namesOf(choice: Json): string[] {
  const allowed = choice["allowed_tools"];
  const list = isObject(allowed) && Array.isArray(allowed["tools"]) ? allowed["tools"] : [choice];
  return list.flatMap((one) => {
    if (!isObject(one)) return [];
    const fn = one["function"];
    const name = isObject(fn) ? fn["name"] : one["name"];
    return typeof name === "string" ? [name] : [];
  });
}

function warn(call: ChatCall, param: string, message: string): void {
  call.warnings.push({ param, message });
}
