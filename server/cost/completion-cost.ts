// LiteLLM's completion_cost() and cost_per_token(). Where LiteLLM raises for a model without a price these say null.

import { loadCatalogue } from "../models/catalogue.ts";
import { createError } from "../protocol/errors.ts";
import type { EmbeddingResponse, Message, ModelResponse, Usage } from "../protocol/messages.ts";
import { resolveModel } from "../providers/registry.ts";
import { token_counter } from "../tokens/token-counter.ts";
import { type CallToPrice, costOfCall } from "./cost-of-call.ts";
import { type Cost, UNKNOWN_COST } from "./price.ts";

export interface CostQuestion {
  /** An answer of completion() or embedding(). */
  completion_response?: ModelResponse | EmbeddingResponse;
  /** As completion() takes it; default what the answer calls itself. */
  model?: string;
  custom_llm_provider?: string;
  /** What an Azure deployment serves. */
  base_model?: string;
  /** Without an answer: texts or messages, which are counted. */
  prompt?: string;
  completion?: string;
  messages?: readonly Message[];
  /** USD per token, instead of the known prices. */
  custom_cost_per_token?: { input_cost_per_token?: number; output_cost_per_token?: number };
}

/**
 * LiteLLM's completion_cost(): what an answer cost, in USD; null = price unknown.
 * `completion_cost(response)` or `completion_cost({model, prompt, completion, …})`.
 * @throws BadRequestError when there is nothing to price.
 */
export async function completion_cost(
  question: CostQuestion | ModelResponse | EmbeddingResponse,
): Promise<number | null> {
  return (await completion_cost_details(question)).cost_usd;
}

/** The same with its parts in nano-dollars, whose prices they are, and whether a near price stood in. */
export async function completion_cost_details(
  question: CostQuestion | ModelResponse | EmbeddingResponse,
): Promise<Cost> {
  const asked: CostQuestion = "object" in question ? { completion_response: question } : question;
  const { completion_response: response, custom_cost_per_token: prices } = asked;
  const known = response?.edgequake?.cost_usd;
  // It was priced when it came, and by the provider that gave it.
  if (typeof known === "number" && asked.model === undefined && !prices) return asAnswered(known);
  const model = asked.model ?? response?.model;
  if (model === undefined) {
    throw createError("BadRequestError", {
      message: "completion_cost: give completion_response or model",
      param: "model",
    });
  }
  const service_tier = response && "service_tier" in response ? response.service_tier : undefined;
  return cost({
    ...named(model, asked.custom_llm_provider),
    response_model: response?.model,
    base_model: asked.base_model,
    usage: response ? (response.usage as Partial<Usage> | undefined) : await count(asked, model),
    service_tier,
    prices,
  });
}

/**
 * LiteLLM's cost_per_token(): USD of the prompt and of the completion; null = price unknown. `usage` is an OpenAI usage
 * object with details, else the two counts are priced as plain text.
 */
export async function cost_per_token({
  model,
  custom_llm_provider,
  prompt_tokens = 0,
  completion_tokens = 0,
  usage,
  custom_cost_per_token: prices,
  service_tier,
}: {
  model: string;
  custom_llm_provider?: string;
  prompt_tokens?: number;
  completion_tokens?: number;
  usage?: Partial<Usage>;
  custom_cost_per_token?: CostQuestion["custom_cost_per_token"];
  service_tier?: string | null;
}): Promise<[prompt_usd: number, completion_usd: number] | null> {
  const { nano_usd, breakdown } = await cost({
    ...named(model, custom_llm_provider),
    usage: usage ?? { prompt_tokens, completion_tokens },
    prices,
    service_tier,
  });
  if (nano_usd === null) return null;
  const completion = breakdown
    .filter(({ item }) => /^output|^reasoning$|^citation$/.test(item))
    .reduce((sum, line) => sum + line.nano_usd, 0);
  return [(nano_usd - completion) / 1e9, completion / 1e9];
}

function asAnswered(cost_usd: number): Cost {
  return { ...UNKNOWN_COST, cost_usd, nano_usd: Math.round(cost_usd * 1e9), source: "answer" };
}

async function cost(call: CallToPrice): Promise<Cost> {
  return costOfCall(call, await loadCatalogue(), new Date());
}

/** A name that tells no provider can still have a price that is given or reported. */
function named(
  model: string,
  custom_llm_provider: string | undefined,
): Pick<CallToPrice, "provider" | "model"> {
  if (custom_llm_provider !== undefined) return resolveModel(model, custom_llm_provider);
  try {
    return resolveModel(model);
  } catch {
    return { provider: "", model };
  }
}

async function count({ prompt, messages, completion = "" }: CostQuestion, model: string): Promise<Usage> {
  const asked = messages ? { model, messages } : { model, text: prompt ?? "" };
  const [prompt_tokens, completion_tokens] = await Promise.all([
    token_counter(asked),
    token_counter({ model, text: completion }),
  ]);
  return { prompt_tokens, completion_tokens, total_tokens: prompt_tokens + completion_tokens };
}
