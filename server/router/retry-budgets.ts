// A retry budget for each origin that deployments stand at: a dead provider is not amplified, and another one's retries
// are not spent for it.

import { RetryBudget } from "../engine/retry.ts";
import type { Deployment } from "./deployment.ts";

export class RetryBudgets {
  readonly #of = new Map<string, RetryBudget>();

  /** Forgets origins at which none of these stands. */
  replace(deployments: readonly Deployment[]): void {
    const origins = new Set(deployments.map(originOf));
    for (const origin of this.#of.keys()) if (!origins.has(origin)) this.#of.delete(origin);
  }

  of(deployment: Deployment): RetryBudget {
    const origin = originOf(deployment);
    const budget = this.#of.get(origin) ?? new RetryBudget();
    this.#of.set(origin, budget);
    return budget;
  }
}

/** Where a request of it goes. */
function originOf({ provider, params }: Deployment): string {
  const base = params["api_base"] ?? params["base_url"];
  return typeof base === "string" ? (URL.parse(base)?.origin ?? base) : provider;
}
