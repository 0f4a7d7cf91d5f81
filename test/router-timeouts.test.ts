// What ends an attempt of a routed call, and what ends the call: a deployment's own timeout sends it on, the call's own
// ends it, and no wait is begun that would pass it.

import assert from "node:assert/strict";
import { dispose, type errors, Router, type RouterOptions, use } from "../server/index.ts";
import { chat, silence, status } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const MESSAGES = [{ role: "user" as const, content: "Hello" }];

describe("timeouts of a routed call", () => {
  let a: ScriptedProvider;
  let b: ScriptedProvider;
  let one: Router;
  before(async () => {
    a = await ScriptedProvider.start();
    b = await ScriptedProvider.start();
  });
  beforeEach(() => {
    a.clear(silence);
    b.clear(chat("from b"));
  });
  afterEach(() => one.dispose());
  after(async () => {
    await dispose();
    await a.stop();
    await b.stop();
  });

  /** `a` first, then `b`; of one group, or of one each. */
  function router(
    own: object,
    { groups = ["g", "g"], ...options }: Partial<RouterOptions> & { groups?: string[] } = {},
  ) {
    const entry = (provider: ScriptedProvider, id: string, model_name: string | undefined, more: object) => ({
      model_name: model_name ?? "g",
      litellm_params: { model: "openai/m", api_base: provider.v1, api_key: "sk-fake-timeouts", ...more },
      model_info: { id },
    });
    one = new Router({
      model_list: [entry(a, "a", groups[0], { order: 1, ...own }), entry(b, "b", groups[1], { order: 2 })],
      ...options,
    });
    return one;
  }
  const ask = (more: object = {}) => one.completion({ model: "g", messages: MESSAGES, ...more });
  const failure = (work: Promise<unknown>): Promise<errors.OpenAIError> =>
    work.then(
      () => assert.fail("it succeeded"),
      (error: errors.OpenAIError) => error,
    );
  const first = async () => (await one.status()).deployments.find(({ id }) => id === "a");

  it("a deployment's own ends its attempt: another one answers, and it is held against the one", async () => {
    router({ timeout: 0.3 });
    const answer = await ask();
    assert.equal(answer.choices[0]?.message.content, "from b");
    const found = await first();
    assert.deepEqual([found?.failures, found?.last_error?.name, found?.in_flight], [1, "Timeout", 0]);
  });

  it("that is so of an embedding", async () => {
    const data = [{ object: "embedding", index: 0, embedding: [0.5, 1] }];
    b.always((exchange) => exchange.reply(200, JSON.stringify({ object: "list", model: "e", data })));
    router({ timeout: 0.3 });
    const { data: vectors } = await one.embedding({ model: "g", input: "x" });
    assert.deepEqual(vectors[0]?.embedding, [0.5, 1]);
  });

  it("and of a stream", async () => {
    router({ timeout: 0.3 });
    let text = "";
    for await (const { choices } of one.completion({ model: "g", messages: MESSAGES, stream: true }))
      text += choices[0]?.delta.content ?? "";
    assert.equal(text, "from b");
  });

  it("of the only deployment it is tried again as often as configured, then a fallback answers", async () => {
    router({ timeout: 0.2 }, { groups: ["g", "h"], num_retries: 1, fallbacks: [{ g: ["h"] }] });
    assert.equal((await ask()).choices[0]?.message.content, "from b");
    assert.equal(a.requests.length, 2);
  });

  it("the call's own ends everything, though a deployment would answer", async () => {
    router({ timeout: 0.1 });
    const error = await failure(ask({ timeout: 0.5 }));
    assert.deepEqual([error.name, error.code, b.requests.length], ["Timeout", "timeout_total", 0]);
  });

  it("a wait that would pass the call's own is not begun: the provider's error is told at once", async () => {
    a.always(status(429, undefined, { "retry-after": "20" }));
    router({}, { groups: ["g", "h"], timeout: 6 });
    const began = performance.now();
    const error = await failure(ask());
    assert.equal(error.name, "RateLimitError");
    assert.ok((error.retry_after_ms ?? 0) >= 19_900, `${error.retry_after_ms}`);
    assert.match(error.attempts?.at(-1)?.stopped_because ?? "", /would pass the timeout/);
    assert.ok(performance.now() - began < 5000, `${performance.now() - began} ms`);
    assert.equal(a.requests.length, 1);
  });

  it("and the groups that follow have their turn", async () => {
    a.always(status(429, undefined, { "retry-after": "20" }));
    router({}, { groups: ["g", "h"], timeout: 6, fallbacks: [{ g: ["h"] }] });
    assert.equal((await ask()).choices[0]?.message.content, "from b");
  });

  it("a middleware that refuses a chunk ends the call, whoever could take over", async () => {
    a.always(chat("from a"));
    const remove = use({
      name: "guard",
      chunk: () => {
        throw new Error("not this one");
      },
    });
    try {
      router({}, { groups: ["g", "h"], fallbacks: [{ g: ["h"] }] });
      const error = await failure(
        (async () => {
          for await (const _ of one.completion({ model: "g", messages: MESSAGES, stream: true }));
        })(),
      );
      assert.match(error.message, /not this one/);
      assert.deepEqual([a.requests.length, b.requests.length], [1, 0]);
    } finally {
      remove();
    }
  });
});
