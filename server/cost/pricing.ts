// Prices the calls of this process. The catalogue is read in the background after the start, or with the first answer
// that needs it: until then nothing waits for prices, and where they cannot be read a cost is unknown, not an error.

import { type Catalogue, loadCatalogue, loadedCatalogue } from "../models/catalogue.ts";
import { type CallToPrice, costOfCall } from "./cost-of-call.ts";
import { reportedCost } from "./price.ts";

export class Pricing {
  readonly #now: () => number;

  /** `now` in milliseconds: some prices depend on the day or the hour. */
  constructor(now: () => number) {
    this.#now = now;
  }

  /** Reads the catalogue. Never rejects. */
  async warm(): Promise<void> {
    await loadCatalogue().catch(() => undefined);
  }

  /** USD; null = unknown. `mocked`: nothing was bought, so only the user's own prices hold. */
  costUsd(call: CallToPrice, { mocked }: { mocked: boolean }): number | null | Promise<number | null> {
    if (!call.usage) return null;
    const catalogue = loadedCatalogue();
    if (mocked || catalogue || reportedCost(call.usage))
      return this.#price(call, mocked ? undefined : catalogue);
    return loadCatalogue().then(
      (read) => this.#price(call, read),
      () => this.#price(call, undefined),
    );
  }

  #price(call: CallToPrice, catalogue: Catalogue | undefined): number | null {
    return costOfCall(call, catalogue, new Date(this.#now())).cost_usd;
  }
}
