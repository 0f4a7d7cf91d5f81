// What each provider cost in its budget's period, and which is over: LiteLLM's provider_budget_config. Money is counted
// in whole billionths of a dollar; one period follows the other from the first cost.

export interface ProviderBudget {
  /** USD. */
  limit: number;
  period_ms: number;
}

const NANO = 1e9;

export class Spending {
  #budgets: Readonly<Record<string, ProviderBudget>> = {};
  readonly #spent = new Map<string, { nano_usd: number; since: number }>();

  /** New budgets; what was spent stays. */
  replace(budgets: Readonly<Record<string, ProviderBudget>>): void {
    this.#budgets = budgets;
    for (const provider of this.#spent.keys())
      if (!Object.hasOwn(budgets, provider)) this.#spent.delete(provider);
  }

  get any(): boolean {
    return Object.keys(this.#budgets).length > 0;
  }

  add(provider: string, usd: number, now: number): void {
    const budget = this.#budgets[provider];
    if (!budget || usd <= 0) return;
    const spent = this.#spent.get(provider);
    if (!spent || now - spent.since >= budget.period_ms)
      this.#spent.set(provider, { nano_usd: Math.round(usd * NANO), since: now });
    else spent.nano_usd += Math.round(usd * NANO);
  }

  /** Why no more may be spent there now. */
  over(provider: string, now: number): string | undefined {
    const budget = this.#budgets[provider];
    if (!budget) return undefined;
    const spent = this.of(provider, now);
    return spent >= budget.limit ? `budget of ${provider}: ${spent} of ${budget.limit} USD spent` : undefined;
  }

  /** USD of the period that runs. */
  of(provider: string, now: number): number {
    const budget = this.#budgets[provider];
    const spent = this.#spent.get(provider);
    return budget && spent && now - spent.since < budget.period_ms ? spent.nano_usd / NANO : 0;
  }
}
