// Calls of another extension on the user's key, over the built backend: whatever way they take, they are counted as its
// own and at the prices that are known, so that its budget holds.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import { attributed } from "../../src/lm/attributed.ts";
import { chat, errorBody, status } from "../server/openai-bytes.ts";
import { type Backend, backends } from "./backend-process.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

const CALLER = "a.b";
const USERS_KEY = "Bearer sk-fake-of-the-user";
const OWN = "sk-fake-of-the-caller";
const FREE = { input_cost_per_token: 0, output_cost_per_token: 0, input_cost_per_request: 0 };
const AS_CHAT = { attribution: { caller: "edgequake.chat" } };
/** 7 × $2.50/M + 11 × $10/M, as the catalogue has it. */
const GPT_4O_USD = 0.0001275;
const GPT_4O = "openai/gpt-4o";

describe("what another extension calls on the user's key", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));

  async function connected(config: object = {}): Promise<Backend> {
    const env = { OPENAI_API_KEY: "sk-fake-of-the-user", OPENAI_API_BASE: provider().v1 };
    const backend = start({ env });
    await backend.client.initialize({ config });
    return backend;
  }
  const call = ({ client }: Backend, params: object): Promise<ModelResponse> =>
    client.result<ModelResponse>(
      "edgequake/completion",
      attributed({ messages: HELLO, num_retries: 0, ...params }, CALLER),
    );
  const create = async ({ client }: Backend, given: object): Promise<string> =>
    (await client.result<{ router_id: string }>("edgequake/createRouter", { guest: true, ...given }))
      .router_id;
  /** The last request went out with the user's key, at the catalogue's price, for nobody but the caller. */
  const isPaid = async (backend: Backend, answer: ModelResponse): Promise<void> => {
    assert.equal(provider().requests.at(-1)?.headers["authorization"], USERS_KEY);
    assert.equal(answer.edgequake?.cost_usd, GPT_4O_USD);
    const { rows } = await backend.client.result<{ rows: { caller: string | null }[] }>("edgequake/usage", {
      by: ["caller"],
    });
    assert.deepEqual([...new Set(rows.map(({ caller }) => caller))], [CALLER]);
  };
  const at = (params: object, model_name = "g") => ({
    model_name,
    litellm_params: { model: GPT_4O, num_retries: 0, ...params },
  });

  it("by a fallback with arguments of its own is its own, at the known price", async () => {
    const backend = await connected();
    provider().next(status(500, errorBody("no")));
    const fallbacks = [{ model: GPT_4O, ...AS_CHAT, ...FREE }];
    await isPaid(backend, await call(backend, { model: "openai/gpt-4o-mini", fallbacks }));
  });

  it("by a fallback after a call with another key takes neither that key's price nor the key", async () => {
    const backend = await connected();
    const first = { api_base: provider().v1, api_key: OWN, ...FREE };
    for (const fallbacks of [[GPT_4O], [{ model: GPT_4O }]]) {
      provider().next(status(500, errorBody("no")));
      await isPaid(backend, await call(backend, { ...first, model: "groq/one", fallbacks }));
    }
    provider().next(status(500, errorBody("no")));
    const without = [{ model: GPT_4O, api_key: "" }];
    await isPaid(backend, await call(backend, { ...first, model: "openai/one", fallbacks: without }));
  });

  it("by its router costs what the deployment's model costs, whatever file or default says otherwise", async () => {
    const backend = await connected();
    const folder = mkdtempSync(join(tmpdir(), "edgequake-others-"));
    try {
      const config_yaml = join(folder, "config.yaml");
      writeFileSync(
        config_yaml,
        `model_list: [{model_name: g, litellm_params: {model: ${GPT_4O}, input_cost_per_token: 0, output_cost_per_token: 0}}]`,
      );
      const router_id = await create(backend, { config_yaml });
      await isPaid(backend, await call(backend, { model: "g", router_id }));
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
    const defaults = { default_litellm_params: { api_key: OWN, ...FREE } };
    for (const options of [
      { ...defaults, model_list: [at({ api_key: null })] },
      { ...defaults, model_list: [at({ api_key: "os.environ/OPENAI_API_KEY" })] },
      { model_list: [at({ api_key: " ", ...FREE })] },
      { model_list: [{ ...at({}), model_info: { id: "told", ...FREE } }] },
    ]) {
      const router_id = await create(backend, { options });
      await isPaid(backend, await call(backend, { model: "g", router_id }));
    }
    const own = await create(backend, { options: { ...defaults, model_list: [at({})] } });
    const answer = await call(backend, { model: "g", router_id: own });
    assert.equal(answer.edgequake?.cost_usd, 0, "its own key's price is its own");
    assert.equal(provider().requests.at(-1)?.headers["authorization"], `Bearer ${OWN}`);
  });

  it("by a routed call is paid as the deployment is: neither the call nor a fallback has a price", async () => {
    const backend = await connected();
    const model_list = [at({}), at({ model: "openai/gpt-4o-mini" }, "first")];
    const router_id = await create(backend, { options: { model_list } });
    const priced = await call(backend, { model: "g", router_id, api_key: OWN, ...FREE });
    await isPaid(backend, priced);
    assert.match(JSON.stringify(priced.edgequake?.warnings), /input_cost_per_token is the deployment's own/);
    const other = { model: "g", api_key: OWN, ...AS_CHAT, ...FREE };
    const full = status(400, errorBody("too long", "context_length_exceeded"));
    provider().next(full);
    await isPaid(backend, await call(backend, { model: "first", router_id, fallbacks: [other] }));
    provider().next(full);
    const larger = { context_window_fallbacks: [{ first: [other] }] };
    await isPaid(backend, await call(backend, { model: "first", router_id, ...larger }));
    for (const lists of [larger, { fallbacks: [{ first: [other] }] }, { default_fallbacks: [other] }]) {
      const made = await create(backend, { options: { model_list, ...lists } });
      provider().next(full);
      await isPaid(backend, await call(backend, { model: "first", router_id: made }));
    }
  });

  it("by a router of the user's own costs what the user says", async () => {
    const prices = { input_cost_per_token: 0.001, output_cost_per_token: 0.001 };
    const backend = await connected({ router: { model_list: [at(prices)] } });
    const answer = await call(backend, { model: "router/g", api_key: OWN, ...FREE });
    // 7 + 11 tokens.
    assert.equal(answer.edgequake?.cost_usd, 0.018);
  });

  it("is refused once its budget is used, whatever it says", async () => {
    const budgets = [{ scope: "caller", name: CALLER, max_budget: 0.00001 }];
    const backend = await connected({ budgets });
    const fallbacks = [{ model: GPT_4O, ...AS_CHAT, ...FREE }];
    provider().next(status(500, errorBody("no")));
    const { error } = await backend.client.start(
      "edgequake/completion",
      attributed(
        { messages: HELLO, num_retries: 0, model: "openai/gpt-4o-mini", max_tokens: 5, fallbacks },
        CALLER,
      ),
    ).response;
    assert.ok(error, "the fallback was not let through");
    assert.equal(provider().requests.length, 1, "the fallback was not sent");
  });
});
