// How hard a model that thinks does so. Pure.

import type { ModelDetails } from "../../server/protocol/results.ts";
import type { Effort } from "../../server/protocol/webview.ts";

/** The choice that says nothing to the model. */
export const AS_IT_DOES = "default" satisfies Effort;
export const EFFORTS = [AS_IT_DOES, "low", "medium", "high"] as const satisfies readonly Effort[];

/** Where nobody knows, it is not offered: a model that does not think may refuse to be asked for it. */
export function canThink(details: ModelDetails | null | undefined): boolean {
  return details?.supports?.includes("reasoning") ?? false;
}
