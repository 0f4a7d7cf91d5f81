// What calls cost, against arithmetic done by hand and prices read by the test itself; and the rules around it.

import assert from "node:assert/strict";
import * as prices from "@pydantic/genai-prices";
import fc from "fast-check";
import {
  completion_cost,
  completion_cost_details,
  cost_per_token,
} from "../../../server/cost/completion-cost.ts";
import { type CallToPrice, costOfCall } from "../../../server/cost/cost-of-call.ts";
import type { Cost } from "../../../server/cost/price.ts";
import { loadCatalogue, PRICES_DATE } from "../../../server/models/catalogue.ts";
import { forgetRegisteredModels, register_model } from "../../../server/models/register-model.ts";
import type { ModelResponse } from "../../../server/protocol/messages.ts";
import { type Price, VECTORS, type Vector } from "./cost-vectors.ts";

const NOW = "2026-10-01T12:00:00Z";

/** In units of 1e-15 USD a token, searches and requests alike; by decimal text, without floating point. */
function femto(price: Price): bigint {
  if (typeof price === "number") return scaled(price, 9);
  const [provider, id, key, tier = 0] = price;
  const model = prices.findProvider({ providerId: provider })?.models.find((one) => one.id === id);
  assert.ok(model, `the raw data has no ${provider}/${id}`);
  assert.ok(!Array.isArray(model.prices), `${id} has prices of several times: say them in the vector`);
  const found = model.prices[key];
  assert.ok(found !== undefined, `${id} has no ${key}`);
  const value = typeof found === "number" ? found : tier === 0 ? found.base : found.tiers[tier - 1]?.price;
  assert.ok(value !== undefined, `${id} has no tier ${tier} of ${key}`);
  return scaled(value, key.endsWith("_kcount") ? 12 : 9);
}

/** value × 10^digits, exactly. */
function scaled(value: number, digits: number): bigint {
  const [whole = "", fraction = ""] = value.toFixed(12).split(".");
  const all = BigInt(whole + fraction.padEnd(12, "0"));
  return (all * 10n ** BigInt(digits)) / 10n ** 12n;
}

function expectedNano(pays: NonNullable<Vector["pays"]>): number {
  if (!Array.isArray(pays)) return Math.round(pays.reported_usd * 1e9);
  const sum = pays.reduce((total, [units, price]) => total + BigInt(units) * femto(price), 0n);
  return Number((sum + 500_000n) / 1_000_000n);
}

const perToken = (perMillion: Record<string, number> | undefined): Record<string, number> =>
  Object.fromEntries(Object.entries(perMillion ?? {}).map(([key, usd]) => [key, usd / 1e6]));

async function price(vector: Vector): Promise<Cost> {
  if (vector.registered)
    register_model({ [`${vector.provider}/${vector.model}`]: perToken(vector.registered) });
  const call: CallToPrice = { ...vector, ...(vector.given ? { prices: perToken(vector.given) } : {}) };
  return costOfCall(call, await loadCatalogue(), new Date(vector.now ?? NOW));
}

describe("the cost of a call", () => {
  afterEach(forgetRegisteredModels);

  it("is checked by at least 60 vectors of different names", () => {
    assert.ok(VECTORS.length >= 60, `${VECTORS.length}`);
    assert.equal(new Set(VECTORS.map(({ name }) => name)).size, VECTORS.length);
  });

  for (const vector of VECTORS) {
    it(vector.name, async () => {
      const cost = await price(vector);
      assert.equal(cost.source, vector.source);
      if (vector.pays === null) {
        assert.equal(cost.cost_usd, null);
        assert.equal(cost.nano_usd, null);
        return;
      }
      const nano = expectedNano(vector.pays);
      assert.equal(cost.nano_usd, nano, JSON.stringify(cost));
      assert.equal(cost.cost_usd, nano / 1e9);
      assert.equal(cost.estimated, vector.estimated ?? false);
      assert.equal(
        cost.breakdown.reduce((sum, line) => sum + line.nano_usd, 0),
        nano,
        "the lines add up",
      );
      const dated = Array.isArray(vector.pays) && vector.source === "catalogue";
      if (dated) assert.equal(cost.prices_date, PRICES_DATE);
    });
  }

  it("agrees with the catalogue's own calculator on plain calls of every listed model it can price", async () => {
    const catalogue = await loadCatalogue();
    const ids = {
      openai: "openai",
      anthropic: "anthropic",
      gemini: "google",
      mistral: "mistral",
      groq: "groq",
      xai: "x-ai",
    };
    let compared = 0;
    for (const [ours, theirs] of Object.entries(ids)) {
      for (const { id } of prices.findProvider({ providerId: theirs })?.models ?? []) {
        const timestamp = new Date(NOW);
        const usage = { input_tokens: 1234, output_tokens: 567 };
        const other = prices.calcPrice(usage, id, { providerId: theirs, timestamp });
        const cost = costOfCall(
          { provider: ours, model: id, usage: { prompt_tokens: 1234, completion_tokens: 567 } },
          catalogue,
          timestamp,
        );
        if (!other || cost.nano_usd === null) continue;
        compared += 1;
        const expected = Math.round(other.total_price * 1e9);
        assert.ok(
          Math.abs(cost.nano_usd - expected) <= 1,
          `${ours}/${id}: ${cost.nano_usd}, not ${expected}`,
        );
      }
    }
    assert.ok(compared > 150, `${compared} compared`);
  });

  it("never bills more prompt tokens than there were, nor less than nothing", async () => {
    const catalogue = await loadCatalogue();
    const tokens = fc.nat({ max: 5_000_000 });
    fc.assert(
      fc.property(tokens, tokens, tokens, tokens, tokens, (prompt, part, audio, image, answer) => {
        const cached_tokens = Math.min(part, prompt);
        const { breakdown, nano_usd } = costOfCall(
          {
            provider: "openai",
            model: "gpt-4o",
            usage: {
              prompt_tokens: prompt,
              completion_tokens: answer,
              prompt_tokens_details: { cached_tokens, audio_tokens: audio, image_tokens: image },
              completion_tokens_details: { reasoning_tokens: part, audio_tokens: audio },
            },
          },
          catalogue,
          new Date(NOW),
        );
        const units = (pattern: RegExp): number =>
          breakdown.filter(({ item }) => pattern.test(item)).reduce((sum, line) => sum + line.units, 0);
        assert.equal(units(/^input|^cache/), prompt);
        assert.equal(units(/^output|^reasoning/), answer);
        assert.ok(nano_usd !== null && nano_usd >= 0);
      }),
    );
  });
});

describe("completion_cost", () => {
  afterEach(forgetRegisteredModels);
  const RESPONSE: ModelResponse = {
    id: "c-1",
    object: "chat.completion",
    created: 1_760_000_000,
    model: "gpt-4o-2024-08-06",
    choices: [],
    usage: { prompt_tokens: 1000, completion_tokens: 500, total_tokens: 1500 },
  };

  it("prices an answer by its own name", async () => {
    // 1000 × $2.50/M + 500 × $10/M
    assert.equal(await completion_cost(RESPONSE), 0.0075);
  });

  it("takes the cost an answer already carries", async () => {
    const extras = {
      warnings: [],
      call_id: "c",
      attempts: 1,
      ms_first_chunk: null,
      ms_total: 1,
      cost_usd: 0.5,
    };
    assert.equal(await completion_cost({ ...RESPONSE, model: "who-knows", edgequake: extras }), 0.5);
  });

  it("is null for what nobody knows", async () => {
    assert.equal(await completion_cost({ ...RESPONSE, model: "who-knows" }), null);
    assert.equal((await completion_cost_details({ ...RESPONSE, model: "who-knows" })).source, "none");
  });

  it("takes prices of the caller's for any name", async () => {
    const custom_cost_per_token = { input_cost_per_token: 0.001, output_cost_per_token: 0.002 };
    assert.equal(
      await completion_cost({
        completion_response: { ...RESPONSE, model: "who-knows" },
        custom_cost_per_token,
      }),
      2,
    );
  });

  it("counts texts where there is no answer", async () => {
    // "hello world" is 2 tokens of o200k_base.
    assert.equal(
      await completion_cost({ model: "gpt-4o", prompt: "hello world", completion: "hello world" }),
      0.000025,
    );
  });

  it("without anything to price is a BadRequestError", async () => {
    await assert.rejects(completion_cost({}), { name: "BadRequestError" });
  });

  it("cost_per_token gives both sides", async () => {
    assert.deepEqual(
      await cost_per_token({ model: "gpt-4o", prompt_tokens: 1000, completion_tokens: 500 }),
      [0.0025, 0.005],
    );
    assert.equal(await cost_per_token({ model: "openai/gpt-99", prompt_tokens: 1 }), null);
  });
});
