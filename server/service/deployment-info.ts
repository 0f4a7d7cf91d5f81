// What is known of the model behind a router's deployment: what was given with it, before what is known by its name.

import { get_model_info, type ModelInfo } from "../models/model-info.ts";
import type { Deployment } from "../router/deployment.ts";

/** undefined where nothing is known by its name, whatever was given. */
export async function deploymentInfo({ params, model_info }: Deployment): Promise<ModelInfo | undefined> {
  const model = typeof model_info["base_model"] === "string" ? model_info["base_model"] : params.model;
  const named = params["custom_llm_provider"];
  const provider = typeof named === "string" ? named : undefined;
  const info = await get_model_info(model, provider).catch(() => undefined);
  return info && ({ ...info, ...model_info } as ModelInfo);
}
