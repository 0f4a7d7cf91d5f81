// What a model can do at a provider: what its family can, less what that provider's API does not carry, and before all
// what was registered.

import { providerOf } from "../providers/registry.ts";
import { capabilitiesOf } from "./capabilities.ts";
import { registeredModel } from "./register-model.ts";

/** LiteLLM's flags without `supports_`. */
export function abilitiesOf(provider: string, model: string): Set<string> {
  const row = providerOf(provider);
  const abilities = new Set<string>(capabilitiesOf(model)?.abilities);
  const params = row.supportedParams(model);
  const inputs = row.inputs ?? [];
  if (!inputs.includes("image")) abilities.delete("vision");
  if (!inputs.includes("pdf")) abilities.delete("pdf_input");
  if (!inputs.includes("audio")) abilities.delete("audio_input");
  if (!params.has("tools")) {
    for (const one of ["function_calling", "parallel_function_calling", "tool_choice"]) abilities.delete(one);
  }
  if (!params.has("response_format")) abilities.delete("response_schema");
  if (!params.has("web_search_options") && provider !== "perplexity") abilities.delete("web_search");
  if (HOSTS_WITHOUT.test(provider))
    for (const one of ["web_search", "computer_use", "prompt_caching"]) abilities.delete(one);
  for (const [field, value] of Object.entries(registeredModel(provider, model) ?? {})) {
    if (!field.startsWith("supports_") || typeof value !== "boolean") continue;
    const ability = field.slice("supports_".length);
    if (value) abilities.add(ability);
    else abilities.delete(ability);
  }
  return abilities;
}

/** Servers of one's own, and hosts of open models: the searching and caching of a maker's own API is not there. */
const HOSTS_WITHOUT =
  /^(?:ollama|lm_studio|llamafile|llamacpp|hosted_vllm|huggingface|nvidia_nim|github|openai_compatible)$/;
