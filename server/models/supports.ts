// LiteLLM's supports_*(): what a model can do, from what was registered and what is known of its family. Synchronous,
// and false for what is not known, as in LiteLLM.

import { resolveModel } from "../providers/registry.ts";
import { abilitiesOf } from "./abilities.ts";
import type { Ability } from "./capabilities.ts";

/** A question about a model, named with its provider or with `custom_llm_provider`. Never throws. */
type Supports = (model: string, custom_llm_provider?: string) => boolean;

function supports(ability: Ability): Supports {
  return (model, custom_llm_provider) => {
    try {
      const resolved = resolveModel(model, custom_llm_provider);
      return abilitiesOf(resolved.provider, resolved.model).has(ability);
    } catch {
      return false;
    }
  };
}

/** Takes images. */
export const supports_vision = supports("vision");
/** Takes tools and calls them. */
export const supports_function_calling = supports("function_calling");
/** Calls several tools in one answer. */
export const supports_parallel_function_calling = supports("parallel_function_calling");
/** Can be told which tool to call, or to call one. */
export const supports_tool_choice = supports("tool_choice");
/** Holds its answer to a JSON schema (`response_format: {type: "json_schema", …}`). */
export const supports_response_schema = supports("response_schema");
/** Thinks before it answers. */
export const supports_reasoning = supports("reasoning");
/** Reads the repeated start of a prompt from a cache at a lower price. */
export const supports_prompt_caching = supports("prompt_caching");
/** Takes PDF files. */
export const supports_pdf_input = supports("pdf_input");
/** Takes sound. */
export const supports_audio_input = supports("audio_input");
/** Answers with sound. */
export const supports_audio_output = supports("audio_output");
/** Searches the web by itself when asked to. */
export const supports_web_search = supports("web_search");
/** Takes system messages. */
export const supports_system_messages = supports("system_messages");
/** Operates a computer by screenshots and clicks. */
export const supports_computer_use = supports("computer_use");
