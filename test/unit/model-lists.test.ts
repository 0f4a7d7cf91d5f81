// Lists of models and sums of money: favourites first, a price nobody knows is never 0.

import assert from "node:assert/strict";
import type { ModelEntry } from "../../server/protocol/results.ts";
import type { UsageRow } from "../../server/protocol/usage-view.ts";
import { modelGroups } from "../../src/models/model-rows.ts";
import { spendingOf } from "../../src/models/spending.ts";
import { PERIODS, readFromUsage } from "../../src/usage/read-from-usage.ts";
import { money, short } from "../../webview/usage/format.ts";
import { daysOf, OTHERS, roundTop } from "../../webview/usage/series.ts";

const entry = (model: string): ModelEntry => ({
  model,
  provider: model.split("/")[0] ?? "",
  mode: "chat",
  source: "provider",
});

describe("a list of models", () => {
  const models = ["mock/echo", "openai/a", "openai/b", "groq/c", "router/smart", "openai/a"].map(entry);
  const names = (favourites: string[], current?: string): string[][] =>
    modelGroups(models, favourites, current).map(({ models: rows }) => rows.map(({ model }) => model));

  it("has the favourites first, then the one in use, routers before providers, each once", () => {
    assert.deepEqual(names(["groq/c", "openai/b"], "openai/a"), [
      ["groq/c", "openai/b"],
      ["openai/a"],
      ["router/smart"],
      ["mock/echo"],
    ]);
    assert.deepEqual(names([], "openai/a"), [
      ["openai/a"],
      ["router/smart"],
      ["openai/b"],
      ["groq/c"],
      ["mock/echo"],
    ]);
  });

  it("keeps a favourite that nobody lists just now", () => {
    const [first] = modelGroups(models, ["ollama/off"], undefined);
    assert.deepEqual(first?.models, [{ model: "ollama/off", entry: undefined }]);
  });
});

describe("what was spent today", () => {
  const row = (day: string, cost_usd: number | null, unpriced = 0): UsageRow & { day: string } => ({
    day,
    calls: 1,
    failures: 0,
    prompt_tokens: 10,
    completion_tokens: 5,
    cost_usd,
    unpriced,
  });

  it("is the sum of what is known, of today alone", () => {
    const spent = spendingOf(
      [row("2026-01-01", 5), row("2026-01-02", 0.25), row("2026-01-02", null, 1)],
      "2026-01-02",
    );
    assert.deepEqual(spent, { calls: 2, tokens: 30, cost_usd: 0.25, unpriced: 1 });
  });

  it("is unknown where nothing is known, and 0 only where nothing was used", () => {
    assert.equal(spendingOf([row("d", null, 1)], "d").cost_usd, null);
    assert.equal(spendingOf([], "d").cost_usd, 0);
  });
});

describe("the usage page's days", () => {
  const used = (day: string, model: string, cost_usd: number | null, unpriced = 0): UsageRow => ({
    day,
    model,
    calls: 1,
    failures: 0,
    prompt_tokens: 1,
    completion_tokens: 1,
    cost_usd,
    unpriced,
  });
  const cost = ({ cost_usd }: UsageRow): number => cost_usd ?? 0;

  it("are all there, the empty ones too; pieces add up, and what has no price is counted beside", () => {
    const rows = [used("2026-01-01", "a", 1), used("2026-01-03", "b", 2), used("2026-01-03", "c", null, 4)];
    const { names, bars, most } = daysOf(rows, "2026-01-01", "2026-01-04", cost);
    assert.deepEqual(names, ["b", "a"]);
    assert.deepEqual(
      bars.map(({ total }) => total),
      [1, 0, 2, 0],
    );
    assert.equal(bars[2]?.unpriced, 4);
    assert.equal(most, 2);
  });

  it("five models have a piece of their own, the others one together", () => {
    const rows = ["a", "b", "c", "d", "e", "f", "g"].map((model, index) =>
      used("2026-01-01", model, 7 - index),
    );
    const { names, bars } = daysOf(rows, "2026-01-01", "2026-01-01", cost);
    assert.deepEqual(names, ["a", "b", "c", "d", "e", OTHERS]);
    assert.equal(bars[0]?.pieces[5], 3);
    assert.equal(bars[0]?.total, 28);
  });

  it("of a year are put together, and nothing is lost", () => {
    const rows = Array.from({ length: 365 }, (_, index) =>
      used(new Date(Date.UTC(2025, 0, 1 + index)).toISOString().slice(0, 10), "a", 1),
    );
    const { bars, step } = daysOf(rows, "2025-01-01", "2025-12-31", cost);
    assert.ok(bars.length <= 92 && step > 1);
    assert.equal(
      bars.reduce((sum, { total }) => sum + total, 0),
      365,
    );
  });

  it("end at a round number", () => {
    assert.deepEqual([0.013, 1, 1.1, 4.2, 70].map(roundTop), [0.02, 1, 2, 5, 100]);
  });

  it("write an axis in few characters", () => {
    assert.deepEqual([0, 0.5, 0.005, 0.000005, 0.0001, 1500, 2_500_000].map(short), [
      "0",
      "0.5",
      "0.005",
      "0.000005",
      "0.0001",
      "1.5K",
      "2.5M",
    ]);
  });

  it("write money with the digits it has, and nothing for what is unknown", () => {
    assert.deepEqual([0, 0.000012, 0.05, 1.5, null].map(money), [
      "$0",
      "$0.0000120",
      "$0.0500",
      "$1.50",
      null,
    ]);
  });
});

describe("messages of the usage page", () => {
  it("are read field by field", () => {
    assert.deepEqual(readFromUsage({ type: "period", days: 7, more: 1 }), { type: "period", days: 7 });
    assert.deepEqual(readFromUsage({ type: "export", format: "csv" }), { type: "export", format: "csv" });
    for (const wrong of [null, 5, {}, { type: "period", days: 8 }, { type: "export", format: "exe" }])
      assert.equal(readFromUsage(wrong), undefined);
    assert.ok(PERIODS.includes(30));
  });
});
