// LiteLLM's module globals as properties of one object: what they mean, and that a wrong name is no silence.

import assert from "node:assert/strict";
import { configOfGlobals, mergeConfig, withGlobals } from "../../server/globals.ts";

describe("library globals", () => {
  it("mean a configuration", () => {
    const set = {
      openai_key: "sk-fake-1",
      togetherai_api_key: "sk-fake-2",
      api_base: "http://127.0.0.1:1/v1",
      drop_params: true,
      num_retries: 0,
      request_timeout: 5,
      vertex_project: "p",
    };
    assert.deepEqual(configOfGlobals(set), {
      providers: {
        openai: { api_key: "sk-fake-1" },
        together_ai: { api_key: "sk-fake-2" },
        vertex_ai: { vertex_project: "p" },
      },
      api_base: "http://127.0.0.1:1/v1",
      drop_params: true,
      num_retries: 0,
      timeout: 5,
    });
  });

  it("stand above what configure() was given", () => {
    const merged = mergeConfig(
      { num_retries: 1, providers: { openai: { api_key: "sk-fake-old", api_base: "http://127.0.0.1:1" } } },
      { providers: { openai: { api_key: "sk-fake-new" } } },
    );
    assert.deepEqual(merged, {
      num_retries: 1,
      providers: { openai: { api_key: "sk-fake-new", api_base: "http://127.0.0.1:1" } },
    });
  });

  it("are told when they change, can be read back, and refuse what they are not", () => {
    const told: unknown[] = [];
    const object = withGlobals({ completion: () => 1 }, (set) => told.push(set));
    object["anthropic_key"] = "sk-fake-3";
    object.drop_params = true;
    assert.equal(object["anthropic_key"], "sk-fake-3");
    assert.deepEqual(told.at(-1), { anthropic_key: "sk-fake-3", drop_params: true });
    assert.equal(object.completion(), 1);
    assert.throws(() => Object.assign(object, { completion: 2 }), /cannot be set/);
    assert.throws(() => Object.assign(object, { numRetries: 2 }), /num_retries/);
  });
});
