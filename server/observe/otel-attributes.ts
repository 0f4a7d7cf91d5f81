// A call in the names of OpenTelemetry's GenAI conventions. Pure. They are in development there: what has two names at
// present (written cache tokens) is told by both.

import type { OpenAIError } from "../protocol/errors.ts";
import type { Usage } from "../protocol/messages.ts";
import type { CallFacts } from "./call-facts.ts";
import type { EndedCall } from "./observer.ts";

export type Attributes = Record<string, string | number | boolean | string[]>;

/** Our provider ids, where the conventions know another name. */
const PROVIDER_NAMES: Readonly<Record<string, string>> = {
  azure: "azure.ai.openai",
  bedrock: "aws.bedrock",
  cohere_chat: "cohere",
  gemini: "gcp.gemini",
  vertex_ai: "gcp.vertex_ai",
  mistral: "mistral_ai",
  xai: "x_ai",
};

export function operationOf(facts: CallFacts): "chat" | "embeddings" {
  return facts.type === "embedding" ? "embeddings" : "chat";
}

/** What is known when it begins, and samplers go by. */
export function beginAttributes(facts: CallFacts): Attributes {
  const { provider, model } = facts.named;
  const { session } = facts.attribution;
  return told({
    "gen_ai.operation.name": operationOf(facts),
    "gen_ai.provider.name": provider === null ? "_OTHER" : (PROVIDER_NAMES[provider] ?? provider),
    "gen_ai.request.model": model,
    "gen_ai.request.stream": facts.stream || undefined,
    "gen_ai.conversation.id": session,
  });
}

/** What is known once it is settled where the call goes. */
export function requestAttributes(facts: CallFacts): Attributes {
  const params = facts.parameters as Record<string, number | string | string[] | undefined>;
  const { stop, n, response_format } = params as {
    stop?: string | string[];
    n?: number;
    response_format?: unknown;
  };
  const url = URL.parse(facts.made?.target.api_base ?? "");
  return told({
    "server.address": url?.hostname || undefined,
    "server.port": url?.hostname ? portOf(url) : undefined,
    "gen_ai.request.max_tokens": number(params["max_completion_tokens"] ?? params["max_tokens"]),
    "gen_ai.request.temperature": number(params["temperature"]),
    "gen_ai.request.top_p": number(params["top_p"]),
    "gen_ai.request.top_k": number(params["top_k"]),
    "gen_ai.request.frequency_penalty": number(params["frequency_penalty"]),
    "gen_ai.request.presence_penalty": number(params["presence_penalty"]),
    "gen_ai.request.seed": number(params["seed"]),
    "gen_ai.request.choice.count": typeof n === "number" && n !== 1 ? n : undefined,
    "gen_ai.request.stop_sequences": stop === undefined ? undefined : [stop].flat(),
    "gen_ai.output.type": outputOf(response_format),
    "gen_ai.embeddings.dimension.count": number(params["dimensions"]),
    "gen_ai.request.encoding_formats":
      typeof params["encoding_format"] === "string" ? [params["encoding_format"]] : undefined,
  });
}

export function endAttributes(facts: CallFacts, end: EndedCall): Attributes {
  const { answer, error, usage, ms_first_chunk, cost_usd, attempts, cache_hit } = end;
  const reasons = answer && "choices" in answer ? answer.choices.map((one) => one.finish_reason) : [];
  return told({
    ...usageOf(usage),
    "gen_ai.response.id": answer && "id" in answer ? answer.id : undefined,
    "gen_ai.response.model": answer?.model,
    "gen_ai.response.finish_reasons": !error && reasons.length > 0 ? reasons : undefined,
    "gen_ai.response.time_to_first_chunk":
      facts.stream && ms_first_chunk !== null ? ms_first_chunk / 1000 : undefined,
    "error.type": error ? errorType(error) : undefined,
    "edgequake.call_id": facts.begun.call_id,
    "edgequake.attempts": attempts.length,
    "edgequake.cost_usd": (cache_hit ? 0 : cost_usd) ?? undefined,
    "edgequake.cache_hit": cache_hit || undefined,
    "edgequake.deployment": facts.attribution.deployment,
  });
}

export function errorType({ name }: OpenAIError): string {
  return name;
}

function usageOf(usage: Partial<Usage> | undefined) {
  const details = usage?.prompt_tokens_details ?? {};
  const written = number(details["cache_creation_tokens"] ?? usage?.["cache_creation_input_tokens"]);
  return {
    "gen_ai.usage.input_tokens": usage?.prompt_tokens,
    "gen_ai.usage.output_tokens": usage?.completion_tokens,
    "gen_ai.usage.cache_read.input_tokens": number(details.cached_tokens),
    "gen_ai.usage.cache_write.input_tokens": written,
    "gen_ai.usage.cache_creation.input_tokens": written,
    "gen_ai.usage.reasoning.output_tokens": number(usage?.completion_tokens_details?.reasoning_tokens),
  };
}

function outputOf(format: unknown): string | undefined {
  const { type } = (format ?? {}) as { type?: unknown };
  return type === "json_object" || type === "json_schema" ? "json" : type === "text" ? "text" : undefined;
}

function portOf({ port, protocol }: URL): number {
  return port === "" ? (protocol === "http:" ? 80 : 443) : Number(port);
}

function number(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

function told(values: Record<string, Attributes[string] | undefined>): Attributes {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Attributes;
}
