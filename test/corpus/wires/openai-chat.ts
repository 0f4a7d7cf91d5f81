// OpenAI's chat completions and embeddings: OpenAI's own, the family's, each at its own address, and every other
// provider's OpenAI-like endpoint, which replays as openai/….

import { whatTheBytesSay } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import { difference, normalised, wrongPlain } from "../same-request.ts";
import { azureAddress } from "./azure-address.ts";
import { type Json, TOKENS_AS_BEARER, type Wire } from "./wire.ts";

/** Corpus folder -> our provider, for those whose native wire this is. The others replay as openai. */
const FAMILY: Readonly<Record<string, string>> = {
  openai: "openai",
  azure: "azure",
  cerebras: "cerebras",
  deepseek: "deepseek",
  github: "github",
  groq: "groq",
  huggingface: "huggingface",
  llamacpp: "llamacpp",
  mistral: "mistral",
  openrouter: "openrouter",
  perplexity: "perplexity",
  together: "together_ai",
  "vercel-gateway": "vercel_ai_gateway",
  xai: "xai",
  zai: "zai",
};

/** What stands between host and API in the provider's documentation; "/v1" where nothing is said here. */
const BASES: Readonly<Record<string, string>> = {
  deepseek: "",
  github: "/inference",
  groq: "/openai/v1",
  openrouter: "/api/v1",
  perplexity: "",
  zai: "/api/paas/v4",
};

const APIS: Readonly<Record<string, string>> = {
  "openai.chat": "/chat/completions",
  "openai.embeddings": "/embeddings",
};

const baseOf = ({ provider }: Entry): string => BASES[provider] ?? "/v1";

function pathOf(entry: Entry, recording: Recording): string {
  const api = APIS[entry.api ?? ""] ?? "";
  if (entry.provider === "azure") return azureAddress(recording, api).path;
  // Its embeddings are newer than its chat and have a version.
  const version = entry.provider === "perplexity" && api === "/embeddings" ? "/v1" : "";
  return baseOf(entry) + version + api;
}

export const openaiChat: Wire = {
  base: (entry, recording) =>
    entry.provider === "azure" ? azureAddress(recording, APIS[entry.api ?? ""] ?? "").base : baseOf(entry),
  replays: ({ api }) => api !== null && Object.hasOwn(APIS, api),
  model(entry, body, recording) {
    const deployment = entry.provider === "azure" ? azureAddress(recording, "").deployment : undefined;
    const model = deployment ?? (body?.["model"] || entry.model || "unnamed");
    return `${FAMILY[entry.provider] ?? "openai"}/${model}`;
  },
  callOf: (body, entry, recording) =>
    entry.provider === "azure" ? { ...body, ...azureAddress(recording, "").arguments } : body,
  wrongAddress(asked, entry, key, streamed, recording) {
    const path = pathOf(entry, recording);
    const wrong = wrongPlain(asked, path, streamed && entry.api === "openai.chat");
    if (wrong !== undefined) return wrong;
    if (entry.provider !== "azure") return TOKENS_AS_BEARER(asked, key);
    return asked.headers["api-key"] === key ? undefined : "the key is not sent";
  },
  wrongBody(sent: Json, recorded: Json, entry, recording) {
    const isCall = entry.api === "openai.chat" ? recorded["messages"] : recorded["input"];
    if (!isCall) return undefined;
    const own = OWN[entry.provider] ?? ((body: Json): Json => body);
    const path = entry.provider === "azure" ? azureAddress(recording, "").deployment : undefined;
    // A path that names the deployment leaves nothing for the model to say.
    const said = path === undefined ? recorded : without(recorded, "model");
    return difference(own(normalised(sent, said)), own(normalised(said)));
  },
  said: whatTheBytesSay,
};

/** What must be made equal for one provider alone, each for its reason. */
const OWN: Readonly<Record<string, (body: Json) => Json>> = {
  // The price is always asked for; a mark on a message is one on its last part.
  openrouter: (body) => ({ ...without(body, "usage"), messages: messagesOf(body).map(markOnPart) }),
  // Recorders blanked tool ids, in a form that Mistral does not take: which id meets which is what counts. What
  // says nothing may be left out.
  mistral: (body) => ({ ...body, ...(body["messages"] ? { messages: numbered(messagesOf(body)) } : {}) }),
  // Their documentation knows the limit by its older name alone.
  ...Object.fromEntries(["deepseek", "perplexity", "together", "zai"].map((id) => [id, olderLimit])),
};

function olderLimit(body: Json): Json {
  const { max_completion_tokens, ...rest } = body;
  return max_completion_tokens === undefined ? body : { max_tokens: max_completion_tokens, ...rest };
}

function markOnPart(message: Json): Json {
  const { cache_control, content, ...rest } = message;
  if (cache_control === undefined) return message;
  const parts: Json[] = Array.isArray(content) ? content : [{ type: "text", text: content }];
  return { ...rest, content: [...parts.slice(0, -1), { ...parts.at(-1), cache_control }] };
}

function numbered(messages: readonly Json[]): Json[] {
  const order = new Map<unknown, number>();
  const numberOf = (id: unknown): number => {
    if (!order.has(id)) order.set(id, order.size);
    return order.get(id) as number;
  };
  return messages.map((message) => {
    const result = Object.fromEntries(Object.entries(message).filter(([, value]) => value !== null));
    const calls = result["tool_calls"] as Json[] | undefined;
    if (calls?.length === 0) delete result["tool_calls"];
    else if (calls) result["tool_calls"] = calls.map((call) => ({ ...call, id: numberOf(call["id"]) }));
    if (result["tool_call_id"] !== undefined) result["tool_call_id"] = numberOf(result["tool_call_id"]);
    return result;
  });
}

function messagesOf(body: Json): Json[] {
  return (body["messages"] ?? []) as Json[];
}

function without(body: Json, key: string): Json {
  const { [key]: _left, ...rest } = body;
  return rest;
}
