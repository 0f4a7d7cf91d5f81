// The Router over real sockets, its requests counted at the providers: the rows of LiteLLM's measured faults that are
// the Router's, and what it promises of retries, fallbacks, cooldowns and limits.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { dispose, errors, Router, type RouterOptions } from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { ollamaChat } from "./server/ollama-bytes.ts";
import { chat, errorBody, silence, status, streamEvents } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const KEY = "sk-fake-router";
const MESSAGES = [{ role: "user" as const, content: "Hello" }];

let a: ScriptedProvider;
let b: ScriptedProvider;
let made: Router[] = [];

function router(options: RouterOptions): Router {
  const one = new Router(options);
  made.push(one);
  return one;
}

/** A deployment of group "g" at the scripted provider. */
function at(provider: ScriptedProvider | string, id: string, more: object = {}, model_name = "g") {
  const api_base = typeof provider === "string" ? provider : provider.v1;
  return {
    model_name,
    litellm_params: { model: "openai/m", api_base, api_key: KEY, ...more },
    model_info: { id },
  };
}

const ask = (one: Router, more: object = {}) => one.completion({ model: "g", messages: MESSAGES, ...more });

async function failure(promise: Promise<unknown>): Promise<errors.OpenAIError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof errors.OpenAIError) return error;
    throw error;
  }
  return assert.fail("it succeeded");
}

/** The address of a port that nobody listens on. */
async function deadHost(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/v1`;
}

async function textOf(stream: AsyncIterable<{ choices: { delta: { content?: string | null } }[] }>) {
  let text = "";
  for await (const { choices } of stream) text += choices[0]?.delta.content ?? "";
  return text;
}

describe("router over sockets", () => {
  before(async () => {
    a = await ScriptedProvider.start();
    b = await ScriptedProvider.start();
  });
  beforeEach(() => {
    a.clear(chat("from a"));
    b.clear(chat("from b"));
  });
  afterEach(async () => {
    await Promise.all(made.map((one) => one.dispose()));
    made = [];
    assert.deepEqual([...a.errors, ...b.errors], []);
  });
  after(async () => {
    await dispose();
    await a.stop();
    await b.stop();
  });

  it("X12: a quota used up is not tried again there, cools long, and another deployment answers", async () => {
    a.always(status(429, errorBody("You exceeded your current quota", "insufficient_quota")));
    const one = router({ model_list: [at(a, "a", { order: 1 }), at(b, "b", { order: 2 })], num_retries: 3 });
    for (let call = 0; call < 5; call++) {
      const { choices } = await ask(one);
      assert.equal(choices[0]?.message.content, "from b");
    }
    assert.equal(a.requests.length, 1);
    const cooled = (await one.status()).deployments.find(({ id }) => id === "a");
    assert.ok(cooled && cooled.cooled_ms > 300_000, `${cooled?.cooled_ms} ms`);
    const alone = await failure(ask(router({ model_list: [at(a, "only")], num_retries: 3 })));
    assert.equal(alone.name, "RateLimitError");
    assert.equal(a.requests.length, 2);
  });

  it("X15: num_retries 1, 3 and default are 2, 4 and 3 requests, over all deployments", async () => {
    for (const [num_retries, wanted] of [
      [1, 2],
      [3, 4],
      [undefined, 3],
      [0, 1],
    ] as const) {
      a.clear(status(500));
      b.clear(status(500));
      const one = router({
        model_list: [at(a, "a"), at(b, "b")],
        ...(num_retries === undefined ? {} : { num_retries }),
      });
      const error = await failure(ask(one));
      assert.equal(error.name, "InternalServerError");
      assert.equal(a.requests.length + b.requests.length, wanted);
      assert.equal(error.attempts?.length, wanted);
    }
  });

  for (const model of ["openai/m", "ollama/m"]) {
    it(`X20: one dead host of two, 60 calls of ${model}: no error reaches the caller`, async () => {
      const local = model.startsWith("ollama/");
      const dead = await deadHost();
      const hosts = local ? [dead.replace("/v1", ""), b.origin] : [dead, b.v1];
      if (local) b.clear(ollamaChat("from b"));
      const [first = "", second = ""] = hosts;
      const one = router({ model_list: [at(first, "dead", { model }), at(second, "b", { model })] });
      const answers = await Promise.all(Array.from({ length: 10 }, () => ask(one)));
      for (let call = 0; call < 50; call++) answers.push(await ask(one));
      assert.ok(answers.every(({ choices }) => choices[0]?.message.content === "from b"));
      assert.equal(answers.length, 60);
      assert.equal(b.requests.length, 60);
      const found = (await one.status()).deployments.find(({ id }) => id === "dead");
      assert.ok(found && found.failures <= 10, `${found?.failures} requests to the dead host`);
      assert.match(found.cooled_because ?? "", /cannot be connected to|not recovered/);
    });
  }

  it("X21: order is honoured without being asked for", async () => {
    const one = router({ model_list: [at(a, "a", { order: 2 }), at(b, "b", { order: 1 })] });
    for (let call = 0; call < 20; call++) await ask(one);
    assert.deepEqual([a.requests.length, b.requests.length], [0, 20]);
  });

  it("X22: a weight on the second deployment alone counts, the other has 1", async () => {
    const one = router({ model_list: [at(a, "a"), at(b, "b", { weight: 9 })] });
    for (let call = 0; call < 100; call++) await ask(one);
    assert.ok(a.requests.length >= 1 && a.requests.length <= 25, `${a.requests.length} of 100`);
  });

  it("X29: a router that is disposed of leaves nothing behind", async () => {
    const first = router({ model_list: [at(a, "a")] });
    await ask(first);
    const gone: WeakRef<Router>[] = [];
    for (let index = 0; index < 100; index++) {
      const one = new Router({ model_list: [at(a, "a")] });
      await ask(one);
      await one.dispose();
      gone.push(new WeakRef(one));
    }
    const error = await failure(first.dispose().then(() => ask(first)));
    assert.match(error.message, /was disposed/);
    setFlagsFromString("--expose-gc");
    const gc = runInNewContext("gc") as () => void;
    await new Promise((resolve) => setTimeout(resolve, 20));
    gc();
    assert.ok(gone.filter((one) => one.deref()).length <= 1);
  });

  it("fails 1,000 calls at 1,100 requests at most when nobody answers", async () => {
    a.always(status(500));
    b.always(status(500));
    const one = router({ model_list: [at(a, "a"), at(b, "b")], num_retries: 3, cooldown_time: 0 });
    for (let round = 0; round < 20; round++) {
      const settled = await Promise.allSettled(Array.from({ length: 50 }, () => ask(one)));
      assert.ok(settled.every(({ status }) => status === "rejected"));
    }
    const sent = a.requests.length + b.requests.length;
    assert.ok(sent >= 1000 && sent <= 1100, `${sent} requests`);
  }).timeout(60_000);

  it("asks nobody once all are cooled, and says when to try again", async () => {
    a.always(status(500));
    const one = router({ model_list: [at(a, "a"), at(a, "a2")], num_retries: 0 });
    for (let call = 0; call < 40; call++) await failure(ask(one));
    assert.ok(a.requests.length <= 12, `${a.requests.length} requests`);
    const error = await failure(ask(one));
    assert.equal(error.name, "RateLimitError");
    assert.match(error.message, /Try again in \d s.*scripted 500/);
    assert.ok((error.retry_after_ms ?? 0) > 1000);
  });

  it("goes elsewhere at once on 429, and says who was asked", async () => {
    a.always(status(429, errorBody("slow down"), { "retry-after": "20" }));
    const prices = { input_cost_per_token: 2e-6, output_cost_per_token: 4e-6 };
    const one = router({ model_list: [at(a, "a", { order: 1 }), at(b, "b", { order: 2, ...prices })] });
    const began = performance.now();
    const { edgequake } = await ask(one);
    assert.ok(performance.now() - began < 2000);
    const trace = edgequake?.trace;
    assert.equal(trace?.deployment, "b");
    assert.deepEqual(
      trace?.attempts.map(({ deployment, outcome }) => [deployment, outcome]),
      [
        ["a", "RateLimitError"],
        ["b", "ok"],
      ],
    );
    assert.match(trace?.attempts[0]?.error ?? "", /slow down/);
    assert.equal(trace?.attempts[1]?.cost_usd, edgequake?.cost_usd);
    assert.equal(edgequake?.cost_usd, 0.000058, "7 tokens at 2 and 11 at 4 millionths");
    assert.match(trace?.decisions[1]?.candidates[0]?.filtered ?? "", /cooled: RateLimitError 429/);
    assert.equal(edgequake?.attempts, 2);
    const { deployments } = await one.status();
    assert.ok(deployments[0] && deployments[0].cooled_ms > 15_000, "as long as the provider asked for");
  });

  it("lets one probe through after a cooldown, and takes the deployment back when it answers", async () => {
    a.next(status(429));
    const one = router({
      model_list: [at(a, "a", { order: 1, cooldown_time: 0.2 }), at(b, "b", { order: 2 })],
    });
    await ask(one);
    assert.equal(a.requests.length, 1);
    await ask(one);
    assert.equal(a.requests.length, 1, "cooled");
    await new Promise((resolve) => setTimeout(resolve, 250));
    let answer = (): void => {};
    a.next(async (exchange) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await chat("back")(exchange);
    });
    const probe = ask(one);
    while (a.requests.length < 2) await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([ask(one), ask(one)]);
    assert.equal(a.requests.length, 2, "one probe at a time");
    answer();
    await probe;
    await ask(one);
    assert.equal(a.requests.length, 3);
  });

  it("waits for the earliest recovery where that is asked for", async () => {
    a.next(status(401, errorBody("wrong key", "invalid_api_key")));
    const one = router({
      model_list: [at(a, "a", { cooldown_time: 0.2 })],
      wait_for_recovery: true,
      num_retries: 0,
    });
    await failure(ask(one));
    const { choices } = await ask(one);
    assert.equal(choices[0]?.message.content, "from a");
    assert.equal(a.requests.length, 2);
  });

  it("tries a stream again before its first chunk and never after", async () => {
    a.always(status(500));
    const one = router({ model_list: [at(a, "a", { order: 1 }), at(b, "b", { order: 2 })] });
    assert.equal(await textOf(one.stream({ model: "g", messages: MESSAGES })), "from b");
    a.always(async (exchange) => {
      await exchange.begin();
      await exchange.part(streamEvents(["half"])[0] ?? "");
      await exchange.part(streamEvents(["half"])[1] ?? "");
      exchange.reset();
    });
    const other = router({ model_list: [at(a, "a", { order: 1 }), at(b, "b", { order: 2 })] });
    const before = b.requests.length;
    const error = await failure(textOf(other.stream({ model: "g", messages: MESSAGES })));
    assert.equal(error.name, "APIConnectionError");
    assert.equal(b.requests.length, before);
  });

  it("falls back to another group, and tells the first error when all fail", async () => {
    a.always(status(500));
    const options = {
      model_list: [at(a, "a"), at(b, "b", {}, "other")],
      fallbacks: [{ g: ["other"] }],
      num_retries: 0,
      cooldown_time: 0,
    };
    const one = router(options);
    const { choices, edgequake } = await ask(one);
    assert.equal(choices[0]?.message.content, "from b");
    assert.deepEqual(edgequake?.trace?.fallbacks, [{ group: "g", failed: "InternalServerError" }]);
    assert.match(edgequake?.warnings.map(({ message }) => message).join() ?? "", /other answered instead/);
    assert.equal((await failure(ask(one, { disable_fallbacks: true }))).name, "InternalServerError");
    b.always(status(404, errorBody("no such model", "model_not_found")));
    const error = await failure(ask(one));
    assert.equal(error.name, "InternalServerError");
    assert.deepEqual(
      error.attempts?.map(({ deployment, outcome }) => [deployment, outcome]),
      [
        ["a", "InternalServerError"],
        ["b", "NotFoundError"],
      ],
    );
  });

  it("takes the special list for a context that is too long, and goes round in no circle", async () => {
    a.always(status(400, errorBody("too long", "context_length_exceeded")));
    const one = router({
      model_list: [at(a, "a"), at(b, "b", {}, "large"), at(b, "c", {}, "other")],
      fallbacks: [{ g: ["other"] }],
      context_window_fallbacks: [{ g: ["large"] }],
    });
    assert.equal((await ask(one)).edgequake?.trace?.group, "large");
    assert.equal(a.requests.length, 1);
    const round = router({
      model_list: [at(a, "a"), at(a, "c", {}, "h")],
      fallbacks: [{ g: ["h"] }, { h: ["g"] }],
    });
    a.clear(status(400, errorBody("no", "bad")));
    await failure(ask(round));
    assert.equal(a.requests.length, 2);
  });

  it("retries by class as the policy says", async () => {
    a.always(status(500));
    const one = router({
      model_list: [at(a, "a", { cooldown_time: 0 })],
      num_retries: 3,
      retry_policy: { InternalServerErrorRetries: 1 },
    });
    await failure(ask(one));
    assert.equal(a.requests.length, 2);
  });

  it("cools by allowed_fails, a policy of 0 at the first failure", async () => {
    a.always(status(500));
    const cooledAfter = async (more: object): Promise<number> => {
      a.clear(status(500));
      const one = router({ model_list: [at(a, "a")], num_retries: 0, ...more });
      for (let call = 0; call < 10; call++) await failure(ask(one));
      return a.requests.length;
    };
    assert.equal(await cooledAfter({ allowed_fails: 2 }), 3);
    assert.equal(await cooledAfter({ allowed_fails_policy: { InternalServerErrorAllowedFails: 0 } }), 1);
    assert.equal(await cooledAfter({ allowed_fails: 0, disable_cooldowns: true }), 10);
  });

  it("keeps rpm, and refuses at once what no limit would ever let through", async () => {
    const one = router({ model_list: [at(a, "a", { rpm: 3 })], queue_timeout: 0 });
    const settled = await Promise.allSettled(Array.from({ length: 8 }, () => ask(one)));
    assert.equal(settled.filter(({ status }) => status === "fulfilled").length, 3);
    assert.equal(a.requests.length, 3);
    const small = router({ model_list: [at(a, "a", { tpm: 10 })] });
    const began = performance.now();
    const error = await failure(ask(small, { max_tokens: 5000 }));
    assert.equal(error.code, "limit_too_small");
    assert.ok(performance.now() - began < 1000);
  });

  it("has no more at a time than max_parallel_requests, the most urgent first", async () => {
    let now = 0;
    let most = 0;
    const order: unknown[] = [];
    a.always(async (exchange) => {
      most = Math.max(most, ++now);
      order.push(jsonOf(exchange.request)["user"]);
      await new Promise((resolve) => setTimeout(resolve, 15));
      now--;
      await chat("x")(exchange);
    });
    const one = router({ model_list: [at(a, "a", { max_parallel_requests: 1 })] });
    const first = ask(one, { user: "first" });
    await new Promise((resolve) => setTimeout(resolve, 5));
    await Promise.all([
      first,
      ask(one, { user: "later", priority: 5 }),
      ask(one, { user: "later still", priority: 5 }),
      ask(one, { user: "urgent", priority: 0 }),
    ]);
    assert.equal(most, 1);
    assert.deepEqual(order, ["first", "urgent", "later", "later still"]);
  });

  it("ends everything at one deadline", async () => {
    a.always(silence);
    const one = router({ model_list: [at(a, "a"), at(a, "a2")], timeout: 0.3, num_retries: 5 });
    const began = performance.now();
    const error = await failure(ask(one));
    assert.equal(error.name, "Timeout");
    assert.ok(performance.now() - began < 900);
  });

  it("keeps counters and cooldowns over an update, and what is in flight ends as it began", async () => {
    const one = router({ model_list: [at(a, "a"), at(b, "b")], num_retries: 1 });
    a.always(status(429));
    while (a.requests.length === 0) await ask(one);
    b.always(async (exchange) => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      await chat("slow")(exchange);
    });
    const running = ask(one);
    while (!b.requests.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await one.update({ model_list: [at(a, "a")] });
    const { deployments } = await one.status();
    assert.deepEqual(
      deployments.map(({ id, healthy }) => [id, healthy]),
      [["a", false]],
    );
    assert.equal((await running).choices[0]?.message.content, "slow");
  });

  it("a cancelled call is not held against the deployment", async () => {
    a.always(silence);
    const one = router({ model_list: [at(a, "a")], num_retries: 0 });
    for (let call = 0; call < 6; call++) {
      const controller = new AbortController();
      const call = ask(one, { signal: controller.signal });
      setTimeout(() => controller.abort(), 10);
      assert.equal((await failure(call)).name, "Cancelled");
    }
    const [deployment] = (await one.status()).deployments;
    assert.deepEqual([deployment?.failures, deployment?.healthy, deployment?.in_flight], [0, true, 0]);
  });

  it("routes embeddings, and refuses a name it does not know", async () => {
    const data = [{ object: "embedding", index: 0, embedding: [0.5, 1] }];
    const usage = { prompt_tokens: 2, total_tokens: 2 };
    a.always((exchange) => exchange.reply(200, JSON.stringify({ object: "list", model: "e", data, usage })));
    const one = router({ model_list: [at(a, "a")] });
    const response = await one.embedding({ model: "g", input: "x" });
    assert.deepEqual(response.data[0]?.embedding, [0.5, 1]);
    const error = await failure(ask(one, { model: "unknown" }));
    assert.equal(error.name, "BadRequestError");
    assert.match(error.message, /There is no `model_name` with this string/);
    assert.ok(error instanceof errors.BadRequestError);
  });

  it("is made of a LiteLLM config.yaml as it is", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edgequake-router-"));
    try {
      const path = join(folder, "config.yaml");
      const list = `model_list: [{model_name: g, litellm_params: {model: openai/m, api_base: "${a.v1}"}}]`;
      writeFileSync(path, `${list}\nrouter_settings: {routing_strategy: least-busy}\n`);
      const one = await Router.from_config_yaml(path);
      made.push(one);
      assert.equal((await ask(one)).choices[0]?.message.content, "from a");
      assert.equal((await one.status()).strategy, "least-busy");
      writeFileSync(path, "model_list: [");
      assert.match((await failure(Router.from_config_yaml(path))).message, /config\.yaml, line 1, column/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it("never sends a caller's key to a deployment", async () => {
    const one = router({ model_list: [at(a, "a")] });
    const { edgequake } = await ask(one, { api_key: "sk-fake-callers", api_base: b.v1 });
    assert.equal(b.requests.length, 0);
    assert.equal(a.requests[0]?.headers["authorization"], `Bearer ${KEY}`);
    assert.match(edgequake?.warnings.map(({ param }) => param).join() ?? "", /api_key,api_base/);
  });
});
