// A recorded generateContent request said in LiteLLM's shape. A turn whose parts stand in an order of their own becomes
// several messages of one role, so that the order can come back.

import type { Json } from "./wire.ts";

/** SDKs send either spelling, and the API takes both. */
export function camelled(object: Json): Json {
  return Object.fromEntries(
    Object.entries(object)
      .filter(([, value]) => value !== null)
      .map(([key, value]) => [key.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
  );
}

export function partsOf(content: unknown): Json[] {
  if (typeof content === "string") return [{ text: content }];
  const { parts } = (content ?? {}) as Json;
  const list = Array.isArray(parts) ? (parts as Json[]) : parts ? [parts as Json] : [];
  return list.map((part) => {
    const { thought, ...rest } = camelled(part);
    return thought === true ? { thought, ...rest } : rest;
  });
}

export function declarationsOf(tools: readonly Json[]): Json[] {
  return tools.flatMap((tool) => ((tool["functionDeclarations"] ?? []) as Json[]).map(camelled));
}

export function toolsOf(body: Json): Json[] {
  const { tools } = body;
  const list = Array.isArray(tools) ? tools : tools ? [tools] : [];
  return list.map((tool) => camelled(tool as Json));
}

const SAMPLING: Readonly<Record<string, string>> = {
  temperature: "temperature",
  topP: "top_p",
  topK: "top_k",
  maxOutputTokens: "max_tokens",
  stopSequences: "stop",
  candidateCount: "n",
  seed: "seed",
  presencePenalty: "presence_penalty",
  frequencyPenalty: "frequency_penalty",
  responseLogprobs: "logprobs",
  logprobs: "top_logprobs",
};

export function callOf(recorded: Json): Json {
  const {
    contents,
    systemInstruction,
    tools: _tools,
    toolConfig,
    generationConfig,
    model: _model,
    ...own
  } = camelled(recorded);
  const call: Json = { ...own };
  steer(camelled((generationConfig ?? {}) as Json), call);
  const tools = toolsOf(recorded);
  if (tools.length > 0) call["tools"] = tools.flatMap(toolOf);
  choose(camelled((toolConfig ?? {}) as Json), call);
  const instructions = partsOf(systemInstruction);
  const content = instructions.map((part) => ({ type: "text", text: part["text"] }));
  const list = Array.isArray(contents) ? contents : contents ? [contents] : [];
  const calls = new Calls();
  call["messages"] = [
    ...(content.length > 0 ? [{ role: "system", content }] : []),
    ...list.flatMap((one: Json) =>
      one["role"] === "model" ? assistantOf(partsOf(one), calls) : userOf(partsOf(one), calls),
    ),
  ];
  return call;
}

function steer(config: Json, call: Json): void {
  const rest: Json = {};
  for (const [key, value] of Object.entries(config)) {
    const name = SAMPLING[key];
    if (name !== undefined) call[name] = value;
    else if (key === "responseModalities")
      call["modalities"] = (value as string[]).map((one) => one.toLowerCase());
    else if (key === "thinkingConfig") think(camelled(value as Json), call);
    else if (!["responseMimeType", "responseSchema", "responseJsonSchema"].includes(key)) rest[key] = value;
  }
  const schema = config["responseSchema"] ?? config["responseJsonSchema"];
  const json = config["responseMimeType"] === "application/json";
  if (json && schema)
    call["response_format"] = { type: "json_schema", json_schema: { name: "answer", schema } };
  else if (json) call["response_format"] = { type: "json_object" };
  else if (config["responseMimeType"] !== undefined) {
    rest["responseMimeType"] = config["responseMimeType"];
    if (schema) rest["responseSchema"] = schema;
  }
  if (Object.keys(rest).length > 0) call["generationConfig"] = rest;
}

function think({ thinkingBudget: budget, thinkingLevel: level, includeThoughts }: Json, call: Json): void {
  if (level !== undefined) call["reasoning_effort"] = String(level).toLowerCase();
  else if (budget === 0) call["reasoning_effort"] = "none";
  else if (budget !== undefined) call["thinking"] = { type: "enabled", budget_tokens: budget };
  else if (includeThoughts === true) call["thinking"] = { type: "enabled" };
}

function toolOf(tool: Json): Json[] {
  const { functionDeclarations, ...own } = tool;
  const functions = declarationsOf([{ functionDeclarations }]).map(
    ({ name, description, parameters, parametersJsonSchema }) => ({
      type: "function",
      function: { name, description, parameters: parametersJsonSchema ?? parameters },
    }),
  );
  return [...functions, ...(Object.keys(own).length > 0 ? [own] : [])];
}

function choose({ functionCallingConfig, ...rest }: Json, call: Json): void {
  const config = functionCallingConfig ? camelled(functionCallingConfig as Json) : {};
  const names = (config["allowedFunctionNames"] ?? []) as string[];
  const mode = String(config["mode"] ?? "").toUpperCase();
  const functions = names.map((name) => ({ type: "function", function: { name } }));
  if (mode === "NONE") call["tool_choice"] = "none";
  if (mode === "AUTO") call["tool_choice"] = "auto";
  if (mode === "ANY") call["tool_choice"] = functions.length === 1 ? functions[0] : "required";
  if ((mode === "ANY" && functions.length > 1) || mode === "VALIDATED") {
    const allowed = mode === "ANY" ? "required" : "auto";
    call["tool_choice"] = { type: "allowed_tools", allowed_tools: { mode: allowed, tools: functions } };
  }
  if (Object.keys(rest).length > 0) call["toolConfig"] = rest;
}

/** Calls that wait for their result: most requests tell no ids, and results follow in order. */
class Calls {
  #open: { id: string; name: unknown }[] = [];
  #made = 0;

  begin({ id, name }: Json): string {
    const own = typeof id === "string" ? id : `call_${this.#made++}`;
    this.#open.push({ id: own, name });
    return own;
  }

  end({ id, name }: Json): string | undefined {
    const known = this.#open.find((one) => (id === undefined ? one.name === name : one.id === id));
    this.#open = this.#open.filter((one) => one !== known);
    return known?.id;
  }
}

function mediaOf(part: Json): Json | undefined {
  const data = part["inlineData"] ? camelled(part["inlineData"] as Json) : undefined;
  const file = part["fileData"] ? camelled(part["fileData"] as Json) : undefined;
  if (data) return { type: "file", file: { file_data: `data:${data["mimeType"]};base64,${data["data"]}` } };
  if (file) {
    const { fileUri, mimeType } = file;
    return { type: "file", file: { file_id: fileUri, ...(mimeType ? { format: mimeType } : {}) } };
  }
  return undefined;
}

function userOf(parts: Json[], calls: Calls): Json[] {
  const messages: Json[] = [];
  for (const part of parts) {
    const response = part["functionResponse"] ? camelled(part["functionResponse"] as Json) : undefined;
    const content = response ? undefined : (mediaOf(part) ?? { type: "text", text: part["text"] });
    const last = messages.at(-1);
    if (response) messages.push(resultOf(response, calls));
    else if (last?.["role"] === "user") (last["content"] as unknown[]).push(content);
    else messages.push({ role: "user", content: [content] });
  }
  return messages;
}

function resultOf(response: Json, calls: Calls): Json {
  const text = JSON.stringify(response["response"] ?? {});
  const media = ((response["parts"] ?? []) as Json[]).map((part) => mediaOf(camelled(part)));
  return {
    role: "tool",
    tool_call_id: calls.end(response) ?? "",
    name: response["name"],
    content: media.length > 0 ? [{ type: "text", text }, ...media] : text,
  };
}

/** Within one message: thoughts, parts of Gemini's own, text, calls. */
function assistantOf(parts: Json[], calls: Calls): Json[] {
  const messages: Json[] = [];
  let rank = 0;
  for (const part of parts) {
    const own = rankOf(part);
    const signed = part["thoughtSignature"] !== undefined && own === 3;
    const open = messages.at(-1);
    const again = !open || own < rank || (own === 3 && (signed || open["provider_specific_fields"]));
    const into: Json = again ? { role: "assistant", content: null } : open;
    if (again) messages.push(into);
    rank = own;
    add(part, own, into, calls);
  }
  return messages;
}

function rankOf(part: Json): number {
  if (part["thought"]) return 1;
  if (part["functionCall"]) return 4;
  return typeof part["text"] === "string" ? 3 : 2;
}

function add(part: Json, rank: number, into: Json, calls: Calls): void {
  const { thoughtSignature: signature } = part;
  const grow = (key: string, one: unknown): void => {
    into[key] = [...((into[key] ?? []) as unknown[]), one];
  };
  if (rank === 1)
    grow("thinking_blocks", {
      type: "thinking",
      thinking: part["text"],
      ...(signature ? { signature } : {}),
    });
  if (rank === 2) {
    const fields = (into["provider_specific_fields"] ?? {}) as Json;
    const before = (fields["content_parts"] ?? []) as Json[];
    into["provider_specific_fields"] = { ...fields, content_parts: [...before, part] };
  }
  if (rank === 3) {
    grow("content", { type: "text", text: part["text"] });
    if (signature) into["provider_specific_fields"] = { thought_signatures: [signature] };
  }
  if (rank !== 4) return;
  const fn = camelled(part["functionCall"] as Json);
  grow("tool_calls", {
    id: calls.begin(fn),
    type: "function",
    function: { name: fn["name"], arguments: JSON.stringify(fn["args"] ?? {}) },
    ...(signature ? { provider_specific_fields: { thought_signature: signature } } : {}),
  });
}
