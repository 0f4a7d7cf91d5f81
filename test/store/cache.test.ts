// Kept answers over sockets: the same call is sent once, any other is sent, streams and whole answers share one entry,
// and no key gets near it.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type {
  ChatCompletionChunk,
  CompletionParams,
  EmbeddingParams,
} from "../../server/protocol/messages.ts";
import type { Config } from "../../server/protocol/results.ts";
import { Service } from "../../server/service.ts";
import { Ledger } from "../../server/store/ledger.ts";
import { openStore } from "../../server/store/open-store.ts";
import { cacheKey } from "../../server/store/response-cache.ts";
import { answerBody, chat, sendEvents, status, streamEvents } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { StoreFolder } from "./folder.ts";

describe("kept answers", function () {
  this.timeout(30_000);
  let folder: StoreFolder;
  let provider: ScriptedProvider;
  const services: Service[] = [];
  let now = Date.UTC(2026, 0, 1);
  beforeEach(async () => {
    folder = new StoreFolder();
    now = Date.UTC(2026, 0, 1);
    provider = await ScriptedProvider.start(chat("he", "llo"));
  });
  afterEach(async () => {
    await Promise.all(services.splice(0).map((service) => service.dispose()));
    await provider.stop();
    await folder.remove();
  });

  function service(config: Config = { cache: { type: "memory" } }): Service {
    const env = { EDGEQUAKE_DATA_DIR: `${folder.path}/data` };
    const clock = { now: () => now, monotonic: () => performance.now(), random: () => 0 };
    const made = new Service({ env, clock, store: openStore(env, assert.fail), onWarning: assert.fail });
    made.configure(config);
    services.push(made);
    return made;
  }
  const call = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/m",
    messages: [{ role: "user", content: "hi" }],
    api_base: provider.v1,
    api_key: "sk-fake-key",
    input_cost_per_token: 0.001,
    output_cost_per_token: 0.001,
    num_retries: 0,
    ...more,
  });
  const sent = (): number => provider.requests.length;
  async function streamed(one: Service, params: CompletionParams) {
    const chunks: ChatCompletionChunk[] = [];
    const end = await one.stream(params, {
      push: (more) => chunks.push(...(more as ChatCompletionChunk[])),
    });
    return { chunks, end };
  }

  it("are given for the same call, cost nothing and say so; the second copy is the caller's own", async () => {
    const one = service();
    const first = await one.completion(call());
    assert.equal(first.edgequake?.cache_hit, undefined);
    assert.equal(first.edgequake?.cost_usd, 0.018);
    Object.assign(first.choices[0]?.message ?? {}, { content: "changed by its owner" });
    const second = await one.completion(call());
    assert.equal(sent(), 1);
    assert.equal(second.choices[0]?.message.content, "hello");
    assert.deepEqual(second.usage, first.usage);
    const { cache_hit, cost_usd, attempts, call_id } = second.edgequake ?? {};
    assert.deepEqual([cache_hit, cost_usd, attempts], [true, 0, 0]);
    assert.notEqual(call_id, first.edgequake?.call_id);
    await one.usage();
    // The ledger knows what was sent, and no more.
    assert.equal((await new Ledger(folder.open(), assert.fail).rows(0)).length, 1);
  });

  it("of a stream are a whole answer's too, and the other way round", async () => {
    const one = service();
    await streamed(one, call());
    assert.equal((await one.completion(call())).choices[0]?.message.content, "hello");
    assert.equal(sent(), 1);
    const other = call({ messages: [{ role: "user", content: "other" }] });
    const { usage } = await one.completion(other);
    const { chunks, end } = await streamed(one, { ...other, stream_options: { include_usage: true } });
    assert.equal(sent(), 2);
    assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join(""), "hello");
    assert.equal(chunks.filter(({ choices }) => choices[0]?.finish_reason === "stop").length, 1);
    assert.deepEqual(chunks.at(-1)?.usage, usage);
    assert.equal(end.chunks, chunks.length);
    assert.deepEqual(
      [end.cache_hit, end.cost_usd, end.usage, end.finish_reasons],
      [true, 0, usage, ["stop"]],
    );
  });

  it("with tool calls come back whole, streamed too", async () => {
    const one = service();
    const tool_calls = [
      { id: "c1", type: "function" as const, function: { name: "f", arguments: '{"a":1}' } },
      { id: "c2", type: "function" as const, function: { name: "g", arguments: "{}" } },
    ];
    const choices = [
      { index: 0, message: { role: "assistant", content: null, tool_calls }, finish_reason: "tool_calls" },
    ];
    provider.always((exchange) => exchange.reply(200, answerBody("", { choices })));
    const tools = [{ type: "function", function: { name: "f" } }];
    const first = await one.completion(call({ tools }));
    const { chunks } = await streamed(one, call({ tools }));
    assert.deepEqual(
      chunks.flatMap(({ choices: [choice] }) => choice?.delta.tool_calls ?? []).map(({ id }) => id),
      ["c1", "c2"],
    );
    assert.deepEqual((await one.completion(call({ tools }))).choices, first.choices);
    assert.equal(sent(), 1);
  });

  const OTHERS: [string, Partial<CompletionParams>][] = [
    ["temperature", { temperature: 0.5 }],
    ["tools", { tools: [{ type: "function", function: { name: "f" } }] }],
    ["model", { model: "openai/n" }],
    ["provider", { model: "groq/m" }],
    ["words", { messages: [{ role: "user", content: "hi " }] }],
    ["roles", { messages: [{ role: "system", content: "hi" }] }],
    ["seed", { seed: 1 }],
    ["own parameters", { top_k: 3, allowed_openai_params: ["top_k"] }],
    ["extra_body", { extra_body: { x: 1 } }],
    ["extra_headers", { extra_headers: { "x-tenant": "b" } }],
    ["organization", { organization: "org" }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["namespace", { cache: { namespace: "n" } }],
  ];
  for (const [what, more] of OTHERS) {
    it(`are not given to a call with other ${what}`, async () => {
      const one = service();
      await one.completion(call());
      await one.completion(call(more));
      assert.equal(sent(), 2);
      await one.completion(call(more));
      assert.equal(sent(), 2);
    });
  }

  it("are given whoever pays, however it is timed, and in whatever order the fields stand", async () => {
    const one = service();
    await one.completion(call({ temperature: 1, top_p: 0.5 }));
    const { messages, ...rest } = call({ top_p: 0.5, temperature: 1 });
    await one.completion({ timeout: 5, ...rest, messages, api_key: "sk-fake-other", num_retries: 3 });
    await one.completion(call({ temperature: 1, top_p: 0.5, attribution: { caller: "x" }, caching: true }));
    await one.completion(
      call({ temperature: 1, top_p: 0.5, extra_headers: { authorization: "Bearer sk-fake-third" } }),
    );
    assert.equal(sent(), 1);
  });

  it("have a key that a secret does not change and does not hold", () => {
    const request = {
      kind: "completion" as const,
      provider: "openai",
      model: "m",
      api_base: "https://x.example",
      params: { messages: [{ content: "é", role: "user" }], temperature: 0 },
      passthrough: {},
      settings: {},
      headers: {},
    };
    const key = cacheKey(request, "");
    assert.match(key, /^[0-9a-f]{64}$/);
    assert.equal(cacheKey({ ...request, headers: { "x-api-key": "sk-fake", cookie: "a" } }, ""), key);
    assert.notEqual(cacheKey({ ...request, headers: { "x-tenant": "a" } }, ""), key);
    assert.notEqual(cacheKey({ ...request, kind: "embedding" }, ""), key);
    assert.notEqual(cacheKey(request, "n"), key);
    assert.notEqual(cacheKey({ ...request, api_base: "https://y.example" }, ""), key);
    const turned = { temperature: 0, messages: [{ role: "user", content: "é" }] };
    assert.equal(cacheKey({ ...request, params: turned }, ""), key);
  });

  it("heed ttl, s-maxage, no-cache and no-store", async () => {
    const one = service({ cache: { type: "memory", ttl: 10 } });
    await one.completion(call({ cache: { "no-store": true } }));
    await one.completion(call());
    assert.equal(sent(), 2);
    await one.completion(call({ cache: { "no-cache": true } }));
    assert.equal(sent(), 3);
    now += 5_000;
    await one.completion(call({ cache: { "s-maxage": 5 } }));
    assert.equal(sent(), 3);
    now += 1;
    await one.completion(call({ cache: { "s-maxage": 5, "no-store": true } }));
    assert.equal(sent(), 4);
    now += 4_998;
    await one.completion(call());
    assert.equal(sent(), 4);
    now += 1;
    await one.completion(call({ cache: { ttl: 60 } }));
    assert.equal(sent(), 5);
    now += 59_999;
    await one.completion(call());
    assert.equal(sent(), 5);
    // A clock that was set back makes nothing valid that is of the future.
    now -= 3_600_000;
    await one.completion(call());
    assert.equal(sent(), 6);
  });

  it("are used only where they are wanted", async () => {
    const off = service({});
    await off.completion(call());
    await off.completion(call());
    assert.equal(sent(), 2);
    await off.completion(call({ caching: true }));
    await off.completion(call({ caching: true }));
    assert.equal(sent(), 3);
    const asked = service({ cache: { type: "memory", mode: "default_off" } });
    await asked.completion(call());
    await asked.completion(call());
    assert.equal(sent(), 5);
    const on = service();
    await on.completion(call({ caching: false }));
    await on.completion(call({ caching: false }));
    assert.equal(sent(), 7);
  });

  it("on disk outlive the process and serve other windows, without a key in the file", async () => {
    const one = service({ cache: { type: "disk" } });
    await one.completion(call({ api_key: "sk-fake-canary-key" }));
    await one.dispose();
    services.splice(0);
    const other = service({ cache: { type: "disk" } });
    assert.equal((await other.completion(call())).edgequake?.cache_hit, true);
    assert.equal(sent(), 1);
    for (const more of ["", "-wal"])
      assert.doesNotMatch(readFileSync(folder.file + more, "latin1"), /sk-fake/);
    now += 3_600_001;
    await other.completion(call());
    assert.equal(sent(), 2);
  });

  it("on disk stay within their room, and what was used longest ago goes", async () => {
    const store = folder.open();
    const value = "x".repeat(1_000);
    for (let index = 0; index < 10; index += 1) {
      if (index === 8) await store.do("cache.get", "k0", 100);
      await store.do("cache.put", `k${index}`, "", { value, at: index, until: 1_000 }, 5_000);
    }
    const kept: string[] = [];
    for (let index = 0; index < 10; index += 1)
      if (await store.do("cache.get", `k${index}`, 20)) kept.push(`k${index}`);
    assert.equal(kept.length, 5);
    assert.deepEqual(kept.slice(-2), ["k8", "k9"]);
    assert.equal(await store.do("cache.clear", null), 5);
  });

  it("are whole answers: no error, no cut stream, nothing filtered", async () => {
    const one = service();
    provider.next(status(500));
    await assert.rejects(one.completion(call()));
    provider.next(async (exchange) => {
      await sendEvents(exchange, streamEvents(["half"], { finish: null, done: false, usage: null }));
    });
    await assert.rejects(streamed(one, call()));
    const choices = [
      { index: 0, message: { role: "assistant", content: "x" }, finish_reason: "content_filter" },
    ];
    provider.next((exchange) => exchange.reply(200, answerBody("", { choices })));
    await one.completion(call());
    assert.equal((await one.completion(call())).choices[0]?.message.content, "hello");
    assert.equal(sent(), 4);
  });

  it("of embeddings too, in the encoding that is asked for", async () => {
    const one = service();
    provider.always((exchange) =>
      exchange.reply(
        200,
        JSON.stringify({
          object: "list",
          model: "e",
          data: [{ object: "embedding", index: 0, embedding: [0.5, -1] }],
          usage: { prompt_tokens: 3, total_tokens: 3 },
        }),
      ),
    );
    const { messages: _messages, ...more } = call();
    const embed = { ...more, model: "openai/e", input: "text" } as EmbeddingParams;
    const first = await one.embedding(embed);
    const second = await one.embedding(embed);
    assert.equal(sent(), 1);
    assert.deepEqual(second.data, first.data);
    assert.deepEqual([second.edgequake?.cache_hit, second.edgequake?.cost_usd], [true, 0]);
    const base64 = await one.embedding(embed, undefined, { base64: true });
    assert.equal(sent(), 1);
    assert.equal(
      base64.data[0]?.embedding,
      Buffer.from(new Float32Array([0.5, -1]).buffer).toString("base64"),
    );
  });
});
