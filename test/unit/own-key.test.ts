// What another extension may say of prices: only what its own key pays. Whichever way it names the key.

import assert from "node:assert/strict";
import type { Client } from "../../server/connection/client.ts";
import { asPaid, routerAsPaid } from "../../server/protocol/own-key.ts";
import { createExports } from "../../src/create-exports.ts";
import { attributed } from "../../src/lm/attributed.ts";

const FREE = { input_cost_per_token: 0, output_cost_per_token: 0, cache_read_input_token_cost: 0 };
const OWN = "sk-fake-own";

describe("the price of what another program calls", () => {
  it("is its own only beside a key that is written out", () => {
    const own = { model: "openai/m", api_key: OWN, ...FREE };
    assert.deepEqual(asPaid(own), own);
    for (const api_key of [
      undefined,
      null,
      "",
      "  ",
      "\u200b",
      "\ufeff \n",
      "os.environ/OPENAI_API_KEY",
      5,
    ]) {
      const paid = asPaid({ model: "openai/m", api_key, ...FREE, temperature: 0 });
      assert.deepEqual(paid, { model: "openai/m", api_key, temperature: 0 }, JSON.stringify(api_key));
    }
  });

  it("is never its own for the editor's models, which take no key", () => {
    for (const named of [
      { model: "vscode/copilot/gpt-4.1" },
      { model: " vscode/copilot/gpt-4.1" },
      { model: "copilot/gpt-4.1", custom_llm_provider: "vscode" },
    ])
      assert.deepEqual(asPaid({ ...named, api_key: OWN, ...FREE }), { ...named, api_key: OWN });
  });

  it("goes by the model that is named: the body names no other one, whoever pays", () => {
    const extra_body = { model: "gpt-expensive", top_k: 1 };
    for (const key of [{}, { api_key: OWN }])
      assert.deepEqual(asPaid({ model: "openai/m", ...key, extra_body }), {
        model: "openai/m",
        ...key,
        extra_body: { top_k: 1 },
      });
  });

  it("goes by each fallback's own key", () => {
    const { fallbacks } = attributed(
      {
        model: "openai/m",
        api_key: OWN,
        fallbacks: [
          "openai/one",
          { model: "openai/two", ...FREE, timeout: 60 },
          { model: "openai/three", api_key: OWN, ...FREE },
          { model: "openai/four", api_key: null, ...FREE },
          null,
        ],
      },
      "a.b",
    );
    assert.deepEqual(fallbacks, [
      "openai/one",
      { model: "openai/two", timeout: 60 },
      { model: "openai/three", api_key: OWN, ...FREE },
      { model: "openai/four", api_key: null },
      null,
    ]);
    assert.equal("fallbacks" in attributed({ model: "m" }, "a.b"), false);
  });

  it("is not that of a model of the caller's choice", () => {
    const named = { model: "openai/m", base_model: "gpt-cheap" };
    assert.deepEqual(asPaid(named), { model: "openai/m" });
    assert.deepEqual(asPaid({ ...named, api_key: OWN }), { ...named, api_key: OWN });
    const entry = {
      model_name: "g",
      litellm_params: named,
      model_info: { base_model: "gpt-cheap", id: "1" },
    };
    assert.deepEqual(routerAsPaid({ model_list: [entry] }), {
      model_list: [{ model_name: "g", litellm_params: { model: "openai/m" }, model_info: { id: "1" } }],
    });
  });

  it("of a deployment goes by its key with the defaults", () => {
    const at = (litellm_params: object) => ({ model_name: "g", litellm_params });
    const read = (options: Record<string, unknown>): unknown[] =>
      (routerAsPaid(options) as { model_list: { litellm_params: Record<string, unknown> }[] }).model_list.map(
        ({ litellm_params: params }) => [params["api_key"], params["input_cost_per_token"]],
      );
    const model = "openai/m";
    assert.deepEqual(
      read({
        default_litellm_params: { api_key: OWN, ...FREE },
        model_list: [
          at({ model }),
          at({ model, api_key: null }),
          at({ model, api_key: "os.environ/OPENAI_API_KEY" }),
        ],
      }),
      [
        [OWN, 0],
        [null, undefined],
        ["os.environ/OPENAI_API_KEY", undefined],
      ],
    );
    assert.deepEqual(read({ model_list: [at({ model, ...FREE }), at({ model, api_key: OWN, ...FREE })] }), [
      [undefined, undefined],
      [OWN, 0],
    ]);
    const entry = { ...at({ model }), ...FREE, model_info: { id: "one", ...FREE } };
    assert.deepEqual(routerAsPaid({ model_list: [entry] }).model_list, [
      { ...at({ model }), model_info: { id: "one" } },
    ]);
    const paid = { ...entry, ...at({ model, api_key: OWN }) };
    assert.deepEqual(routerAsPaid({ model_list: [paid] }).model_list, [paid]);
    for (const wrong of [
      { model_list: "none" },
      { model_list: [5, { litellm_params: 5 }] },
      { model_list: [], default_litellm_params: 5 },
    ])
      assert.deepEqual(routerAsPaid(wrong), wrong, "what has another shape is refused where it is read");
  });

  it("is not asked of a router it makes, of what it gives or of a file, at first and later", async () => {
    const made: unknown[] = [];
    const client = {
      isClosed: false,
      request: async (method: string, { options, config_yaml, guest }: Record<string, unknown>) => {
        if (method === "edgequake/createRouter") made.push([options ?? config_yaml, guest]);
      },
    } as unknown as Client;
    const { getAPI } = createExports({
      client: async () => client,
      leave: async () => {},
      log: () => {},
      newStream: () => assert.fail("nothing is streamed"),
    });
    const { Router } = getAPI(1, "a.b");
    const options = { model_list: [] };
    const router = new Router(options);
    await router.status();
    await router.update(options);
    await Router.from_config_yaml("/config.yaml");
    assert.deepEqual(made, [
      [options, true],
      [options, true],
      ["/config.yaml", true],
    ]);
  });
});
