// Budgets as decisions: which hold for a call, what it may cost at most, and from when on a warning comes.

import assert from "node:assert/strict";
import { budgetsOf, exceeded, projectedCost, unpriced, warningsOf } from "../../../server/cost/budget.ts";
import { forgetRegisteredModels, register_model } from "../../../server/models/register-model.ts";
import type { BudgetConfig } from "../../../server/protocol/results.ts";

const NOON = Date.UTC(2026, 2, 1, 12);
const limit = (max_nano_usd: number, more = {}) => ({
  scope: "day" as const,
  name: "",
  since: "2026-03-01",
  max_nano_usd,
  ...more,
});

describe("the budgets of a call", () => {
  const budgets: BudgetConfig[] = [
    { scope: "day", max_budget: 1 },
    { scope: "provider", max_budget: 2, budget_duration: "7d" },
    { scope: "provider", name: "groq", max_budget: 0.000000001 },
    { scope: "caller", name: "a.b", max_budget: 3 },
    { scope: "session", max_budget: 0.1 + 0.2, budget_duration: "1d" },
  ];

  it("are those of its provider, caller and session, in whole nano-dollars and UTC days", () => {
    const call = { provider: "openai", caller: "a.b", session: "s" };
    assert.deepEqual(budgetsOf(budgets, call, NOON), [
      { scope: "day", name: "", since: "2026-03-01", max_nano_usd: 1_000_000_000 },
      { scope: "provider", name: "openai", since: "2026-02-23", max_nano_usd: 2_000_000_000 },
      { scope: "caller", name: "a.b", since: "2026-03-01", max_nano_usd: 3_000_000_000 },
      { scope: "session", name: "s", since: "", max_nano_usd: 300_000_000 },
    ]);
  });

  it("leave out those of what the call does not name", () => {
    assert.deepEqual(
      budgetsOf(budgets, { provider: "groq", caller: "other" }, NOON).map(({ scope, max_nano_usd }) => [
        scope,
        max_nano_usd,
      ]),
      [
        ["day", 1_000_000_000],
        ["provider", 2_000_000_000],
        ["provider", 1],
      ],
    );
  });

  it("change with the UTC day, to the millisecond", () => {
    const midnight = Date.UTC(2026, 2, 2);
    const dayOf = (now: number): string | undefined => budgetsOf(budgets, { provider: "x" }, now)[0]?.since;
    assert.equal(dayOf(midnight - 1), "2026-03-01");
    assert.equal(dayOf(midnight), "2026-03-02");
  });
});

describe("the most a call may cost", () => {
  const prices = { input_cost_per_token: 1e-9, output_cost_per_token: 1e-6 };
  const demand = (more = {}) => ({
    call: { provider: "openai", model: "unheard-of", prices },
    sent: "",
    kind: "completion" as const,
    ...more,
  });
  const projected = (more = {}): number | null => projectedCost(demand(more), undefined, new Date(NOON));
  afterEach(forgetRegisteredModels);

  it("is its longest answer, of every choice, and what is sent", () => {
    assert.equal(projected({ max_tokens: 10 }), 10_000 + 1);
    assert.equal(projected({ max_tokens: 10, n: 3 }), 30_000 + 1);
    // 298 letters and two quotes: three bytes a token.
    assert.equal(projected({ max_tokens: 1, sent: "x".repeat(298) }), 1_000 + 100);
    assert.equal(projected({ kind: "embedding", sent: "x".repeat(298) }), 100);
  });

  it("goes by the model's longest answer where the call names none", () => {
    assert.equal(projected(), 32_768_000 + 1);
    register_model({ "openai/unheard-of": { max_output_tokens: 500 } });
    assert.equal(projected(), 500_000 + 1);
    const call = { provider: "openai", model: "gpt-4o", prices };
    assert.equal(projected({ call }), 16_384_000 + 1);
  });

  it("never takes a picture for text, nor text of other scripts for little", () => {
    const picture = (url: string) => [{ content: [{ type: "image_url", image_url: { url } }] }];
    const sent = picture(`data:image/png;base64,${"A".repeat(300_000)}`);
    const cost = projected({ kind: "embedding", sent }) ?? 0;
    assert.ok(cost >= 1_600 && cost < 1_700, `${cost}`);
    assert.ok((projected({ kind: "embedding", sent: "語".repeat(1_000) }) ?? 0) >= 1_000);
    assert.ok((projected({ kind: "embedding", sent: "word ".repeat(1_000) }) ?? 0) >= 1_250);
  });

  it("is unknown without a price, never nothing", () => {
    assert.equal(
      projectedCost(demand({ call: { provider: "x", model: "y" } }), undefined, new Date(NOON)),
      null,
    );
  });
});

describe("what is said of a budget", () => {
  it("is a warning from 80 % on", () => {
    assert.deepEqual(warningsOf([limit(1_000)], [600], 199), []);
    const [warning] = warningsOf([limit(10_000), limit(1_000_000)], [6_000, 6_000], 2_000);
    assert.equal(
      warning?.message,
      "The budget of all calls since 2026-03-01 is used up to 80 % with this call: $0.000008 of $0.00001",
    );
    assert.equal(warning?.param, "budgets");
  });

  it("is a BudgetExceededError with both sums where it would be passed, or a price is missing", () => {
    const error = exceeded(limit(2e9, { scope: "caller", name: "a.b" }), 1.5e9, 0.6e9, "openai/m");
    assert.equal(error.name, "BudgetExceededError");
    assert.deepEqual([error.current_cost, error.max_budget], [1.5, 2]);
    assert.match(
      error.message,
      /Current cost: 1\.5, Max budget: 2\. The budget of caller a\.b since 2026-03-01/,
    );
    assert.match(error.message, /this call may cost \$0\.6 more/);
    assert.equal(unpriced(limit(2e9), "openai/m").max_budget, 2);
  });
});
