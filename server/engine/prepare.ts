// Arguments -> the call an adapter sees: switches applied, unknown parameters kept for the provider, what the
// model cannot take refused or named. Nothing is dropped silently.

import { createError } from "../protocol/errors.ts";
import type { CompletionParams, EmbeddingParams } from "../protocol/messages.ts";
import { CHAT_PARAMS, OPENAI_EMBEDDING_PARAMS, type SortedParams, sortParams } from "../providers/params.ts";
import type { ChatCall, EmbedCall, Setting, Settings } from "../providers/types.ts";

export interface Identity {
  provider: string;
  model: string;
  requested_model: string;
  id: string;
  /** Unix seconds. */
  created: number;
  supported: ReadonlySet<string>;
  /** The same of an embedding; default all of OpenAI's. */
  supported_embedding?: ReadonlySet<string> | undefined;
  /** Arguments that are settings of the provider, and never part of a body. */
  setting_names?: readonly Setting[] | undefined;
  settings: Settings;
  own_base: boolean;
  api_base?: string | undefined;
  drop_params: boolean;
}

/** Throws UnsupportedParamsError. */
export function prepareChat(params: CompletionParams, identity: Identity, stream: boolean): ChatCall {
  const sorted = sort(params, CHAT_PARAMS, identity);
  const { model, messages, organization, extra_body } = params;
  const mocks = pick(params, MOCKS);
  return {
    model: identity.model,
    requested_model: identity.requested_model,
    params: {
      ...sorted.openai,
      ...mocks,
      model,
      messages,
      drop_params: identity.drop_params,
      ...(params["modify_params"] === true ? { modify_params: true } : {}),
      ...(organization ? { organization } : {}),
      ...(extra_body ? { extra_body } : {}),
    },
    stream,
    created: identity.created,
    id: identity.id,
    passthrough: sorted.passthrough,
    settings: identity.settings,
    own_base: identity.own_base,
    api_base: identity.api_base,
    warnings: sorted.warnings,
  };
}

/** Throws UnsupportedParamsError. */
export function prepareEmbedding(params: EmbeddingParams, identity: Identity): EmbedCall {
  const supported = identity.supported_embedding ?? OPENAI_EMBEDDING_PARAMS;
  const sorted = sort(params, OPENAI_EMBEDDING_PARAMS, { ...identity, supported });
  const { model, input, organization, extra_body } = params;
  return {
    model: identity.model,
    requested_model: identity.requested_model,
    params: {
      ...sorted.openai,
      model,
      input,
      ...(organization ? { organization } : {}),
      ...(extra_body ? { extra_body } : {}),
    },
    passthrough: sorted.passthrough,
    settings: identity.settings,
    api_base: identity.api_base,
    warnings: sorted.warnings,
  };
}

function sort(
  params: CompletionParams | EmbeddingParams,
  named: ReadonlySet<string>,
  { supported, drop_params, provider, model, setting_names }: Identity,
): SortedParams {
  const list = (key: string): string[] => (Array.isArray(params[key]) ? (params[key] as string[]) : []);
  const sorted = sortParams(params, named, supported, {
    drop_params,
    additional_drop_params: list("additional_drop_params"),
    allowed_openai_params: list("allowed_openai_params"),
    settings: setting_names,
  });
  if (sorted.unsupported.length > 0) {
    const names = sorted.unsupported.join(", ");
    throw createError("UnsupportedParamsError", {
      message: `${provider} does not support parameters: ${names}, for model=${model}. Leave them out, set drop_params to drop them, or name them in allowed_openai_params to send them all the same`,
      llm_provider: provider,
      model,
      ...(sorted.unsupported[0] === undefined ? {} : { param: sorted.unsupported[0] }),
    });
  }
  return sorted;
}

const MOCKS = ["mock_response", "mock_tool_calls", "mock_timeout", "mock_delay"];

/** undefined = none of them is there, as nearly always. */
function pick(
  params: CompletionParams,
  keys: readonly string[],
): Partial<Record<string, unknown>> | undefined {
  let picked: Record<string, unknown> | undefined;
  for (const key of keys) {
    if (params[key] == null) continue;
    picked ??= {};
    picked[key] = params[key];
  }
  return picked;
}
