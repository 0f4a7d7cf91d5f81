// Budgets under any course of calls, on a clock of the test's own: what is spent passes a budget by no more than calls
// in flight cost beyond what was set aside for them, and what was not used comes back to the nano-dollar.

import assert from "node:assert/strict";
import fc from "fast-check";
import { budgetsOf } from "../../../server/cost/budget.ts";
import type { BudgetConfig } from "../../../server/protocol/results.ts";
import { openInMemory } from "../../../server/store/database.ts";
import { operationsOn } from "../../../server/store/operations.ts";
import { ledgerRow } from "../../store/ledger-row.ts";

const NOON = Date.UTC(2026, 2, 10, 12);
const HOUR = 3_600_000;
const PROVIDERS = ["openai", "groq"] as const;
const CALLERS = ["a.one", "b.two", undefined] as const;
const SESSIONS = ["s", "t", undefined] as const;

type Step =
  | {
      kind: "call";
      nano: number;
      provider: (typeof PROVIDERS)[number];
      caller: (typeof CALLERS)[number];
      session: (typeof SESSIONS)[number];
    }
  /** Costs that many percent of what was set aside. */
  | { kind: "answer"; which: number; percent: number }
  | { kind: "failure"; which: number }
  | { kind: "later"; hours: number };

const which = fc.nat({ max: 20 });
const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 5,
    arbitrary: fc.record({
      kind: fc.constant("call" as const),
      nano: fc.integer({ min: 0, max: 400 }),
      provider: fc.constantFrom(...PROVIDERS),
      caller: fc.constantFrom(...CALLERS),
      session: fc.constantFrom(...SESSIONS),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      kind: fc.constant("answer" as const),
      which,
      percent: fc.integer({ min: 0, max: 150 }),
    }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("failure" as const), which }) },
  {
    weight: 1,
    arbitrary: fc.record({ kind: fc.constant("later" as const), hours: fc.integer({ min: 1, max: 30 }) }),
  },
);
const budgets: fc.Arbitrary<BudgetConfig[]> = fc.array(
  fc.record({
    scope: fc.constantFrom("day" as const, "provider" as const, "caller" as const, "session" as const),
    max_budget: fc.integer({ min: 0, max: 2_000 }).map((nano) => nano / 1e9),
    budget_duration: fc.constantFrom("1d", "2d", "30d"),
  }),
  { minLength: 1, maxLength: 4 },
);

interface Call {
  id: string;
  at: number;
  nano: number;
  of: { provider: string; caller: string | undefined; session: string | undefined };
}

/** Of a budget: what was paid in its period, and what is set aside for calls that run. */
const counts = (
  call: Call,
  { scope, name, since }: { scope: string; name: string; since: string },
): boolean =>
  new Date(call.at).toISOString().slice(0, 10) >= since &&
  (scope === "day" || call.of[scope as "provider" | "caller" | "session"] === name);

describe("budgets, whatever is called", function () {
  this.timeout(60_000);

  it("are passed by no more than calls in flight exceed their reservation; the rest comes back exactly", () => {
    const [seen, admitted, refused] = [new Set<string>(), [0], [0]];
    fc.assert(
      fc.property(
        budgets,
        fc.array(step, { minLength: 20, maxLength: 100, size: "max" }),
        (config, steps) => {
          let now = NOON;
          let next = 0;
          const sqlite = openInMemory();
          const store = operationsOn(sqlite, () => 1);
          const open: Call[] = [];
          const paid: (Call & { cost: number })[] = [];
          for (const one of steps) {
            if (one.kind === "later") now += one.hours * HOUR;
            else if (one.kind === "call") {
              const of = { provider: one.provider, caller: one.caller, session: one.session };
              const call: Call = { id: `c${next++}`, at: now, nano: one.nano, of };
              const its = budgetsOf(config, of, now);
              const { exceeded, spent_nano_usd } = store["budgets.reserve"]({
                ...{ id: `${call.id}/reserved`, call_id: call.id, at: now, kind: "completion", model: "m" },
                ...{ provider: of.provider, caller: of.caller ?? null, session: of.session ?? null },
                ...{ nano_usd: one.nano, budgets: its },
              });
              for (const [index, budget] of its.entries()) {
                const settled = paid.filter((other) => counts(other, budget));
                const sum = settled.reduce((total, { cost }) => total + cost, 0);
                const held = open.filter((other) => counts(other, budget));
                const aside = held.reduce((total, { nano }) => total + nano, 0);
                // Exact: nothing is lost, nothing counts twice.
                assert.equal(
                  spent_nano_usd[index],
                  sum + aside,
                  `${budget.scope} ${budget.name} ${budget.since}`,
                );
                const more = settled.reduce((total, { cost, nano }) => total + Math.max(0, cost - nano), 0);
                if (exceeded === null) {
                  assert.ok(sum + aside + one.nano <= budget.max_nano_usd, "it was let in above a budget");
                  assert.ok(
                    sum <= budget.max_nano_usd + more,
                    "more was spent than calls exceeded what they set aside",
                  );
                }
                seen.add(budget.scope);
              }
              if (exceeded === null) {
                open.push(call);
                admitted[0] = (admitted[0] ?? 0) + 1;
              } else {
                refused[0] = (refused[0] ?? 0) + 1;
                const hit = its[exceeded];
                assert.ok(
                  hit && (spent_nano_usd[exceeded] ?? 0) + one.nano > hit.max_nano_usd,
                  "it was refused for nothing",
                );
              }
            } else {
              const [call] = open.length === 0 ? [] : open.splice(one.which % open.length, 1);
              if (!call) continue;
              const cost = one.kind === "failure" ? null : Math.floor((call.nano * one.percent) / 100);
              const row = ledgerRow({
                ...{
                  id: `${call.id}/1`,
                  call_id: call.id,
                  at: now,
                  outcome: cost === null ? "Timeout" : "ok",
                },
                ...{
                  provider: call.of.provider,
                  caller: call.of.caller ?? null,
                  session: call.of.session ?? null,
                },
                cost_nano_usd: cost,
              });
              store["ledger.insert"]([row], [`${call.id}/reserved`]);
              if (cost !== null) paid.push({ ...call, at: now, cost });
            }
          }
          sqlite.close();
        },
      ),
      { numRuns: 150 },
    );
    console.log(`      ${admitted[0]} calls let in, ${refused[0]} refused`);
    assert.equal(seen.size, 4);
    assert.ok((admitted[0] ?? 0) > 500 && (refused[0] ?? 0) > 500);
  });
});
