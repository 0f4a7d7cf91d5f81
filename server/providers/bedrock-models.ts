// What differs between the models behind Bedrock's one API, told by their ids. An id not known here is sent as the
// API takes it, and Bedrock judges.

import { factsOf } from "./anthropic-models.ts";

/** Without route, region and inference profile ("us.", "global."): "anthropic.claude-sonnet-4-5-20250929-v1:0". */
export function baseModel(model: string): string {
  const id = model.split("/").at(-1) ?? model;
  return id.replace(/^(?:us|eu|apac|jp|au|ca|sa|us-gov|global)\./, "");
}

export const isClaude = (model: string): boolean => /(?:^|\.)anthropic\.|claude/.test(baseModel(model));

export const isNova = (model: string): boolean => baseModel(model).startsWith("amazon.nova");

export const thinksByEffort = (model: string): boolean => baseModel(model).startsWith("openai.gpt-oss");

export const isNova2 = (model: string): boolean => /^amazon\.nova-2/.test(baseModel(model));

/** Models beside Claude whose answer Bedrock itself holds to a JSON schema (outputConfig). */
const WITH_SCHEMA =
  /^openai\.gpt-oss|^qwen\.qwen3|^deepseek\.v3|^google\.gemma-3|^minimax\.|^mistral\.(?:magistral|ministral|mistral-large-3|voxtral)|^moonshot|^nvidia\.nemotron/;

export const takesSchema = (model: string): boolean =>
  isClaude(model) ? factsOf(model).schema === "yes" : WITH_SCHEMA.test(baseModel(model));
