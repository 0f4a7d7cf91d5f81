// What was spent in each budget's period, and which is over: LiteLLM's provider_budget_config, and max_budget of a
// deployment. Money is counted in whole billionths of a dollar; one period follows the other from the first cost.

import type { Deployment } from "./deployment.ts";

export interface Budget {
  /** USD. */
  limit: number;
  period_ms: number;
}

const NANO = 1e9;

/** The budgets a deployment's costs count in. */
export function budgetNames({ id, provider }: Deployment): readonly [provider: string, own: string] {
  return [provider, budgetOf(id)];
}
export function budgetOf(deployment: string): string {
  return `deployment ${deployment}`;
}

export class Spending {
  #budgets: Readonly<Record<string, Budget>> = {};
  readonly #spent = new Map<string, { nano_usd: number; since: number }>();

  /** New budgets; what was spent stays. */
  replace(budgets: Readonly<Record<string, Budget>>): void {
    this.#budgets = budgets;
    for (const name of this.#spent.keys()) if (!Object.hasOwn(budgets, name)) this.#spent.delete(name);
  }

  get any(): boolean {
    return Object.keys(this.#budgets).length > 0;
  }

  add(name: string, usd: number, now: number): void {
    const budget = this.#budgets[name];
    if (!budget || usd <= 0) return;
    const spent = this.#spent.get(name);
    if (!spent || now - spent.since >= budget.period_ms)
      this.#spent.set(name, { nano_usd: Math.round(usd * NANO), since: now });
    else spent.nano_usd += Math.round(usd * NANO);
  }

  /** Why no more may be spent there now. */
  over(name: string, now: number): string | undefined {
    const budget = this.#budgets[name];
    if (!budget) return undefined;
    const spent = this.of(name, now);
    return spent >= budget.limit ? `budget of ${name}: ${spent} of ${budget.limit} USD spent` : undefined;
  }

  /** USD of the period that runs. */
  of(name: string, now: number): number {
    const budget = this.#budgets[name];
    const spent = this.#spent.get(name);
    return budget && spent && now - spent.since < budget.period_ms ? spent.nano_usd / NANO : 0;
  }
}
