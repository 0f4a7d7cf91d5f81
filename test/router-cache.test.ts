// Kept answers, and what a call needs of a model, through a Router: a kept answer takes nothing of a limit and says
// nothing of a deployment; a model that cannot take a call is not asked.

import assert from "node:assert/strict";
import { configure, dispose, errors, Router, type RouterOptions } from "../server/index.ts";
import { chat } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const MESSAGES = [{ role: "user" as const, content: "Hello" }];

describe("router over sockets: kept answers and pre-call checks", () => {
  let provider: ScriptedProvider;
  let made: Router[] = [];
  before(async () => {
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => provider.clear(chat("Hello")));
  afterEach(async () => {
    await Promise.all(made.map((one) => one.dispose()));
    made = [];
    await configure({});
    assert.deepEqual(provider.errors, []);
  });
  after(async () => {
    await dispose();
    await provider.stop();
  });

  const at = (id: string, more: object = {}) => ({
    model_name: "g",
    litellm_params: { model: "openai/m", api_base: provider.v1, api_key: "sk-fake-cache", ...more },
    model_info: { id },
  });
  function router(model_list: RouterOptions["model_list"], more: object = {}): Router {
    const one = new Router({ model_list, ...more });
    made.push(one);
    return one;
  }

  it("sends the same call once, whole or streamed, at no cost and no limit", async () => {
    await configure({ cache: { type: "memory" } });
    const one = router([at("a", { rpm: 2, input_cost_per_token: 1e-3 })], { queue_timeout: 0 });
    const ask = (more: object = {}) => one.completion({ model: "g", messages: MESSAGES, ...more });
    const first = await ask();
    assert.equal(first.edgequake?.cache_hit, undefined);
    for (let call = 0; call < 3; call++) {
      const { choices, edgequake } = await ask();
      assert.equal(choices[0]?.message.content, "Hello");
      assert.deepEqual([edgequake?.cache_hit, edgequake?.cost_usd], [true, 0]);
      assert.equal(edgequake?.trace?.deployment, "a");
    }
    let text = "";
    for await (const { choices } of one.stream({ model: "g", messages: MESSAGES }))
      text += choices[0]?.delta.content ?? "";
    assert.equal(text, "Hello");
    assert.equal(provider.requests.length, 1);
    const [deployment] = (await one.status()).deployments;
    assert.equal(deployment?.limits[0]?.free, 1, "one request of two");
    assert.equal(deployment?.successes, 1);
    assert.equal(deployment?.in_flight, 0);
    await ask({ caching: false });
    assert.equal(provider.requests.length, 2);
    assert.equal(await ask({ temperature: 0.5 }).catch((error: Error) => error.name), "RateLimitError");
    assert.equal(provider.requests.length, 2, "another call is another, and the limit is reached");
  });

  it("asks no model that cannot read or do what a call brings, where checks are on", async () => {
    const list = [
      at("small", { model: "openai/gpt-4", order: 1 }),
      at("large", { model: "openai/gpt-4o", order: 2 }),
    ];
    const image = [
      {
        role: "user" as const,
        content: [{ type: "image_url" as const, image_url: { url: "data:image/png;base64,AAAA" } }],
      },
    ];
    const long = [{ role: "user" as const, content: "word ".repeat(20_000) }];
    const checked = router(list, { enable_pre_call_checks: true });
    for (const [messages, because] of [
      [image, /vision/],
      [long, /its input ends at/],
    ] as const) {
      const { edgequake } = await checked.completion({ model: "g", messages: [...messages] });
      assert.equal(edgequake?.trace?.deployment, "large");
      assert.match(edgequake?.trace?.decisions[0]?.candidates[0]?.filtered ?? "", because);
    }
    assert.equal(
      (await checked.completion({ model: "g", messages: MESSAGES })).edgequake?.trace?.deployment,
      "small",
    );
    const unchecked = await router(list).completion({ model: "g", messages: image });
    assert.equal(unchecked.edgequake?.trace?.deployment, "small");
    const alone = router([at("small", { model: "openai/gpt-4" })], { enable_pre_call_checks: true });
    const before = provider.requests.length;
    await assert.rejects(alone.completion({ model: "g", messages: image }), errors.BadRequestError);
    assert.equal(provider.requests.length, before, "and says so without asking");
  });

  it("keeps to the region and the tags a call asks for", async () => {
    const list = [
      at("eu", { region_name: "eu", tags: ["private"] }),
      at("us", { region_name: "us", tags: ["default"] }),
    ];
    const one = router(list, { enable_tag_filtering: true });
    const who = async (more: object) =>
      (await one.completion({ model: "g", messages: MESSAGES, ...more })).edgequake?.trace?.deployment;
    for (let call = 0; call < 5; call++) {
      assert.equal(await who({}), "us", "who has no tag gets the default");
      assert.equal(await who({ metadata: { tags: ["private"] } }), "eu");
      assert.equal(await who({ tags: ["private"], allowed_model_region: "eu" }), "eu");
    }
    await assert.rejects(who({ tags: ["private"], allowed_model_region: "us" }), /not in region us/);
    assert.doesNotMatch(provider.requests.map(({ body }) => body).join(), /private|allowed_model_region/);
  });

  it("asks one deployment by its id, and a pattern's by what it stands for", async () => {
    const list = [at("a"), at("b"), { ...at("any", { model: "openai/*" }), model_name: "openai/*" }];
    const one = router(list);
    for (let call = 0; call < 5; call++) {
      const { edgequake } = await one.completion({ model: "b", messages: MESSAGES });
      assert.equal(edgequake?.trace?.deployment, "b");
    }
    await one.completion({ model: "openai/gpt-x", messages: MESSAGES });
    assert.equal(JSON.parse(provider.requests.at(-1)?.body ?? "{}").model, "gpt-x");
  });
});
