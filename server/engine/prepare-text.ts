// Arguments of a text completion -> the call an adapter sees. Nothing is dropped silently.

import { createError } from "../protocol/errors.ts";
import type { TextCompletionParams } from "../protocol/text-completion.ts";
import { sortParams } from "../providers/params.ts";
import { TEXT_PARAMS } from "../providers/text-params.ts";
import type { TextCall, TextWire } from "../providers/types.ts";
import type { Identity } from "./prepare.ts";

/** Throws UnsupportedParamsError. */
export function prepareText(params: TextCompletionParams, wire: TextWire, identity: Identity): TextCall {
  const { provider, model, requested_model, own_base, drop_params } = identity;
  const list = (key: string): string[] => (Array.isArray(params[key]) ? (params[key] as string[]) : []);
  const sorted = sortParams(params, TEXT_PARAMS, wire.supported(own_base), {
    drop_params,
    additional_drop_params: list("additional_drop_params"),
    allowed_openai_params: list("allowed_openai_params"),
    settings: identity.setting_names,
  });
  // What comes of the gap would not fit without what follows it.
  const lost = sorted.openai["suffix"] === undefined && params.suffix != null ? ["suffix"] : [];
  const unsupported = [...new Set([...sorted.unsupported, ...lost])];
  if (unsupported.length > 0) {
    throw createError("UnsupportedParamsError", {
      message: `${provider} does not support parameters of a text completion: ${unsupported.join(", ")}, for model=${model}. Leave them out`,
      llm_provider: provider,
      model,
      ...(unsupported[0] === undefined ? {} : { param: unsupported[0] }),
    });
  }
  delete sorted.passthrough["stream"];
  return {
    model,
    requested_model,
    params: sorted.openai,
    passthrough: sorted.passthrough,
    extra_body: params.extra_body,
    created: identity.created,
    id: identity.id.replace(/^chatcmpl-/, "cmpl-"),
    settings: identity.settings,
    own_base,
    api_base: identity.api_base,
    warnings: sorted.warnings,
  };
}
