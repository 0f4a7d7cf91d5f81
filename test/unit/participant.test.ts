// What the chat participant and the tools decide without VS Code: which models are compared, how an answer is told, what
// a call roughly costs.

import assert from "node:assert/strict";
import type { ModelDetails } from "../../server/protocol/results.ts";
import { summaryOf, type Took } from "../../src/lm/ask-model.ts";
import { costClass } from "../../src/lm/cost-class.ts";
import { comparePrompt } from "../../src/participant/compare-prompt.ts";
import { type WhyWords, whyText } from "../../src/participant/why.ts";

const TOOK: Took = {
  model: "openai/gpt-x",
  ms: 1234,
  ms_first_chunk: 210,
  tokens: 345,
  cost_usd: 0.002134,
  attempts: 1,
  warnings: [],
};

describe("/compare", () => {
  it("takes the models from the front, and the question as it was written", () => {
    assert.deepEqual(comparePrompt("openai/a anthropic/b  What\n  is this a/b?", []), {
      models: ["openai/a", "anthropic/b"],
      question: "What\n  is this a/b?",
    });
    assert.deepEqual(comparePrompt("openai/a, ollama/b:7b why", []).models, ["openai/a", "ollama/b:7b"]);
  });

  it("fills up to two with those in use, and takes four at most", () => {
    assert.deepEqual(comparePrompt("why?", ["x/1", "x/1", "x/2", "x/3"]), {
      models: ["x/1", "x/2"],
      question: "why?",
    });
    assert.deepEqual(comparePrompt("x/2 why?", ["x/1", "x/2"]).models, ["x/2", "x/1"]);
    const many = comparePrompt("a/1 a/2 a/3 a/4 a/5 is a model", []);
    assert.deepEqual(many, { models: ["a/1", "a/2", "a/3", "a/4"], question: "a/5 is a model" });
    assert.deepEqual(comparePrompt("a/1 a/1 why", ["a/1", "b/1"]).models, ["a/1", "b/1"]);
  });

  it("asks nothing without a question", () => {
    assert.equal(comparePrompt("", ["x/1", "x/2"]).question, "");
    assert.equal(comparePrompt("a/1 a/2", []).question, "");
  });
});

describe("an answer's summary", () => {
  it("tells what is known and no more", () => {
    assert.equal(summaryOf(TOOK), "openai/gpt-x · 1.2 s · 345 tokens · $0.0021");
    assert.equal(summaryOf({ ...TOOK, tokens: null, cost_usd: null }), "openai/gpt-x · 1.2 s");
  });
});

describe("/why", () => {
  const words: WhyWords = {
    answered: (model) => `asked ${model}`,
    deployment: (deployment, group) => `${deployment} of ${group}`,
    chosen: (strategy, count) => `${strategy} of ${count}`,
    filtered: (deployment, reason) => `${deployment} out: ${reason}`,
    attempt: (number, deployment, outcome, seconds) => `${number} ${deployment} ${outcome} ${seconds}`,
    fallback: (group, failed) => `${group} failed ${failed}`,
    direct: "direct",
    retried: (attempts) => `request ${attempts}`,
    took: (seconds, first) => `${seconds} s, ${first}`,
    cost: (tokens, usd) => `${tokens} ${usd}`,
  };

  it("tells of a direct call", () => {
    assert.equal(whyText(TOOK, words), "- asked openai/gpt-x\n- direct\n- 1.2 s, 0.21\n- 345 0.002134");
    assert.match(
      whyText({ ...TOOK, attempts: 3, warnings: ["dropped x"] }, words),
      /request 3[\s\S]*- dropped x/,
    );
  });

  it("tells of a router's way: who was left out, who failed, who answered", () => {
    const trace = {
      router_id: "r",
      model: "fast",
      group: "slow",
      deployment: "d2",
      attempts: [
        { attempt: 1, group: "fast", deployment: "d1", outcome: "RateLimitError", ms: 100 },
        { attempt: 2, group: "slow", deployment: "d2", outcome: "ok", ms: 1100 },
      ],
      decisions: [
        {
          strategy: "simple-shuffle",
          measure: "weight",
          chosen: "d1",
          candidates: [
            { id: "d1", score: 1 },
            { id: "d3", filtered: "cooling down" },
          ],
        },
      ],
      fallbacks: [{ group: "fast", failed: "RateLimitError" }],
    };
    const text = whyText({ ...TOOK, trace }, words);
    for (const line of [
      "d2 of slow",
      "simple-shuffle of 2",
      "d3 out: cooling down",
      "1 d1 RateLimitError 0.10",
      "2 d2 ok 1.1",
      "fast failed RateLimitError",
    ])
      assert.ok(text.includes(`- ${line}`), line);
  });
});

describe("a call's cost class", () => {
  const at = (perMillion: number | null): ModelDetails => ({
    max_input_tokens: null,
    max_output_tokens: null,
    input_cost_per_token: null,
    output_cost_per_token: perMillion === null ? null : perMillion / 1e6,
    prices_date: null,
    supports: null,
  });

  it("goes by what a million written tokens cost; unknown is not free", () => {
    assert.deepEqual(
      [0, 0.6, 2, 10, 15, 75].map((price) => costClass(at(price))),
      ["free", "low", "low", "medium", "high", "high"],
    );
    assert.equal(costClass(at(null)), "unknown");
    assert.equal(costClass(undefined), "unknown");
  });
});
