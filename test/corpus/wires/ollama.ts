// Ollama's native API. Its recorded request is turned back into the LiteLLM call it answers to; the part of such a
// request that must be the same when that call is sent is its projection.

import { parsed, whatTheBytesSay } from "../oracle.ts";
import { difference, wrongPlain } from "../same-request.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

const APIS: Readonly<Record<string, string>> = {
  "ollama.chat": "/api/chat",
  "ollama.embed": "/api/embed",
  // The older of the two is not sent any more.
  "ollama.embeddings": "/api/embed",
};

export const ollama: Wire = {
  base: "",
  replays: ({ api }) => api !== null && Object.hasOwn(APIS, api),
  model: (entry, body) => `ollama/${body?.["model"] || entry.model || "unnamed"}`,
  callOf(body, { api }) {
    if (api === "ollama.chat") return callOf(body);
    const input = body["input"] ?? body["prompt"];
    return input === undefined ? {} : { input };
  },
  // Ollama streams unless it is told not to.
  wrongAddress: (asked, { api }, key, streamed) =>
    wrongPlain(asked, APIS[api ?? ""] ?? "", api === "ollama.chat" ? streamed : undefined) ??
    TOKENS_AS_BEARER(asked, key),
  wrongBody: (sent, recorded, { api }) =>
    api === "ollama.chat" ? difference(projection(sent, recorded), projection(recorded)) : undefined,
  said: whatTheBytesSay,
};

/** Beside `options` and what the call says in OpenAI's words; anything else there is ignored by Ollama. */
const OWN = ["keep_alive", "think"];

/** OpenAI's words for `options`; its other options have the same name in both. */
const NAMES: Readonly<Record<string, string>> = { num_predict: "max_tokens" };

function callOf(body: Json): Json {
  const call: Json = {};
  for (const key of OWN) if (body[key] !== undefined) call[key] = body[key];
  for (const [key, value] of Object.entries(optionsOf(body))) call[NAMES[key] ?? key] = value;
  if (Array.isArray(body["tools"])) call["tools"] = body["tools"];
  const { format } = body;
  if (format === "json") call["response_format"] = { type: "json_object" };
  else if (format)
    call["response_format"] = { type: "json_schema", json_schema: { name: "answer", schema: format } };
  call["messages"] = (body["messages"] as Json[]).map(messageOf);
  return call;
}

function messageOf({
  role,
  content = null,
  images,
  thinking,
  tool_calls,
  tool_name,
  tool_call_id,
}: Json): Json {
  const message: Json = { role, content };
  if (Array.isArray(images)) {
    message["content"] = [
      { type: "text", text: content },
      ...images.map((data) => ({ type: "image_url", image_url: { url: `data:image/png;base64,${data}` } })),
    ];
  }
  if (thinking) message["reasoning_content"] = thinking;
  if (Array.isArray(tool_calls)) {
    message["tool_calls"] = tool_calls.map(({ id, function: fn }, position) => ({
      id: id ?? `call_${position}`,
      type: "function",
      function: { name: fn.name, arguments: JSON.stringify(fn.arguments) },
    }));
  }
  if (role === "tool") message["tool_call_id"] = tool_call_id ?? "call_0";
  if (tool_name) message["name"] = tool_name;
  return message;
}

/** Null is not told. `think` is no option: a client put it there, where Ollama does not look. */
function optionsOf(body: Json): Json {
  const { think: _think, ...options } = (body["options"] ?? {}) as Json;
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== null));
}

/**
 * What must be the same. Ids of calls are not: most versions know none. A tool's name stands in its answer where it
 * does in the recorded request; we tell it wherever the call names it.
 */
function projection(body: Json, recorded: Json = body): Json {
  const names = (recorded["messages"] as Json[]).map((message) => Boolean(message["tool_name"]));
  const options = optionsOf(body);
  return {
    model: body["model"],
    messages: (body["messages"] as Json[]).map((message, position) => ({
      role: message["role"],
      content: message["content"] ?? "",
      images: message["images"] ?? [],
      thinking: message["thinking"] ?? "",
      calls: ((message["tool_calls"] ?? []) as { function: { name: string; arguments: unknown } }[]).map(
        ({ function: { name, arguments: given } }) => ({
          name,
          arguments: typeof given === "string" ? parsed(given) : given,
        }),
      ),
      ...(names[position] ? { tool_name: message["tool_name"] } : {}),
    })),
    tools: body["tools"] ?? [],
    format: body["format"] || null,
    options,
    think: body["think"] ?? null,
    keep_alive: body["keep_alive"] ?? null,
  };
}
