// What a call of a router's group can count on, whichever deployment answers it: the least of their limits, the abilities
// all of them have, a price where it is one for all. As soon as one deployment is unknown, so is that of the group.

import { detailsOfInfo } from "../models/model-details.ts";
import type { ModelInfo } from "../models/model-info.ts";
import { UNKNOWN_MODEL } from "../models/unknown-model.ts";
import type { ModelDetails } from "../protocol/results.ts";
import type { Deployment } from "../router/deployment.ts";
import { deploymentInfo } from "./deployment-info.ts";

export async function groupDetails(deployments: readonly Deployment[]): Promise<ModelDetails> {
  if (deployments.length === 0) return UNKNOWN_MODEL;
  const all = await Promise.all(
    deployments.map(async (deployment) => {
      // Of a model nobody knows by its name there is what was given with the deployment.
      const given = { ...UNKNOWN_MODEL, ...deployment.model_info } as unknown as ModelInfo;
      return detailsOfInfo((await deploymentInfo(deployment)) ?? given);
    }),
  );
  return {
    max_input_tokens: least(all.map(({ max_input_tokens }) => max_input_tokens)),
    max_output_tokens: least(all.map(({ max_output_tokens }) => max_output_tokens)),
    input_cost_per_token: same(all.map(({ input_cost_per_token }) => input_cost_per_token)),
    output_cost_per_token: same(all.map(({ output_cost_per_token }) => output_cost_per_token)),
    prices_date: same(all.map(({ prices_date }) => prices_date)),
    supports: common(all.map(({ supports }) => supports)),
  };
}

function least(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === values.length ? Math.min(...known) : null;
}

function same<T>([first, ...others]: readonly (T | null)[]): T | null {
  return first !== undefined && others.every((value) => value === first) ? first : null;
}

function common(lists: readonly (string[] | null)[]): string[] | null {
  const [first, ...others] = lists.filter((list) => list !== null);
  if (!first || others.length < lists.length - 1) return null;
  return first.filter((ability) => others.every((list) => list.includes(ability)));
}
