// "EdgeQuake: Select Model": the chat and the commands use it from now on.

import type { ModelChoice } from "../models/model-choice.ts";

export async function selectModel(models: ModelChoice): Promise<void> {
  const model = await models.pick();
  if (model !== undefined) await models.choose(model);
}
