// EdgeQuake's models as VS Code lists them: favourites first, what is known told and what is not known not made up.

import assert from "node:assert/strict";
import type { ModelDetails, ModelEntry } from "../../server/protocol/results.ts";
import { informationOf, type Words } from "../../src/lm/information.ts";

const WORDS: Words = {
  tooltip: (model) => `tooltip of ${model}`,
  groupTooltip: (model) => `group ${model}`,
  effort: "Effort",
  efforts: ["D", "L", "M", "H"],
  price: (input, output) => `${input} in, ${output} out`,
};
const KNOWN: ModelDetails = {
  max_input_tokens: 272_000,
  max_output_tokens: 128_000,
  input_cost_per_token: 0.00000015,
  output_cost_per_token: 0.0000006,
  prices_date: "2026-01-01",
  supports: ["function_calling", "reasoning"],
};
const entry = (
  model: string,
  details?: ModelDetails,
  source: ModelEntry["source"] = "provider",
): ModelEntry => ({
  model,
  provider: model.split("/")[0] ?? "",
  mode: "chat",
  source,
  ...(details ? { details } : {}),
});

describe("models as VS Code lists them", () => {
  it("come with their limits, abilities, price and effort", () => {
    const [one] = informationOf([entry("openai/gpt-x", KNOWN)], [], WORDS);
    assert.deepEqual(one, {
      id: "openai/gpt-x",
      name: "gpt-x",
      family: "gpt-x",
      version: "1",
      detail: "openai",
      tooltip: "tooltip of openai/gpt-x",
      maxInputTokens: 272_000,
      maxOutputTokens: 128_000,
      capabilities: { toolCalling: true, imageInput: false },
      isBYOK: true,
      isUserSelectable: true,
      pricing: "$0.15 in, $0.6 out",
      configurationSchema: {
        type: "object",
        properties: {
          reasoningEffort: {
            type: "string",
            title: "Effort",
            enum: ["default", "low", "medium", "high"],
            enumItemLabels: ["D", "L", "M", "H"],
            default: "default",
            group: "navigation",
          },
        },
      },
    });
  });

  it("of which nothing is known can do what one asks of them, and have no price", () => {
    const [one] = informationOf(
      [entry("ollama/x", { ...KNOWN, supports: null, input_cost_per_token: null })],
      [],
      WORDS,
    );
    assert.deepEqual(one?.capabilities, { toolCalling: true, imageInput: true });
    assert.ok(one && !("pricing" in one) && !("configurationSchema" in one));
    const [bare] = informationOf([entry("ollama/x")], [], WORDS);
    // VS Code shows the sum.
    assert.equal((bare?.maxInputTokens ?? 0) + (bare?.maxOutputTokens ?? 0), 128_000);
  });

  it("favourites come first and are what the picker offers, with the routers' groups", () => {
    const models = [
      entry("openai/a"),
      entry("openai/b"),
      entry("router/fast", undefined, "router"),
      entry("openai/c"),
    ];
    const listed = informationOf(models, ["openai/c", "openai/b", "gone/model"], WORDS);
    assert.deepEqual(
      listed.map(({ id, isUserSelectable }) => [id, isUserSelectable]),
      [
        ["openai/c", true],
        ["openai/b", true],
        ["router/fast", true],
        ["openai/a", false],
      ],
    );
    assert.equal(listed[2]?.tooltip, "group router/fast");
    const without = informationOf(models, [], WORDS);
    assert.equal(without[0]?.id, "router/fast");
    assert.ok(without.every(({ isUserSelectable }) => isUserSelectable));
  });
});
