// Routers that a configuration makes: pushed, written in config.toml, or a LiteLLM config.yaml. Their groups are models
// like others; a new configuration keeps what is known of the deployments, and no key of one ever comes back.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { ModelDetails, ModelsResult } from "../../server/protocol/results.ts";
import type { RouterStatus } from "../../server/protocol/route-trace.ts";
import { poll } from "../host/poll.ts";
import { chat, errorBody, status, streamEvents } from "../server/openai-bytes.ts";
import { type Backend, type BackendOptions, backends } from "./backend-process.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

const KEY = "sk-fake-of-a-deployment";

describe("configured routers", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(chat("Hello"));
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "edgequake-routers-"));
  });
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const at = (id: string, more: object = {}, model_name = "fast") => ({
    model_name,
    litellm_params: { model: "openai/scripted-1", api_base: provider().v1, api_key: KEY, ...more },
    model_info: { id },
  });
  async function connected(config: unknown, options: BackendOptions = {}): Promise<Backend> {
    const backend = start(options);
    await backend.client.initialize({ config });
    return backend;
  }
  const ask = ({ client }: Backend, model: string, more: object = {}): Promise<ModelResponse> =>
    client.result<ModelResponse>("edgequake/completion", { model, messages: HELLO, ...more });
  const configure = ({ client }: Backend, edgequake: unknown): void =>
    client.notify("workspace/didChangeConfiguration", { settings: { edgequake } });
  const all = async ({ client }: Backend): Promise<RouterStatus[]> =>
    (await client.result<{ routers: RouterStatus[] }>("edgequake/routerStatus")).routers;
  /** Nothing of what the backend said holds the key. */
  const silent = ({ client, stderr }: Backend): void => {
    assert.doesNotMatch(JSON.stringify(client.received), /sk-fake/);
    assert.doesNotMatch(stderr, /sk-fake/);
  };

  it("answer by the name of a group, whole, streamed, and by their id", async () => {
    const backend = await connected({ router: { model_list: [at("one"), at("two")] } });
    const answer = await ask(backend, "router/fast");
    assert.equal(answer.choices[0]?.message.content, "Hello");
    assert.equal(answer.edgequake?.trace?.group, "fast");
    assert.equal(answer.edgequake?.trace?.router_id, "router");
    assert.equal(provider().requests[0]?.headers["authorization"], `Bearer ${KEY}`);
    const params = { model: "router/fast", messages: HELLO, stream_id: "s" };
    await backend.client.result("edgequake/completionStream", params);
    assert.equal(backend.client.text("s"), "Hello");
    await ask(backend, "fast", { router_id: "router" });
    assert.equal(provider().requests.length, 3);
    const [router, ...more] = await all(backend);
    assert.deepEqual(more, []);
    assert.deepEqual(
      router?.deployments.map(({ id }) => id),
      ["one", "two"],
    );
    silent(backend);
  });

  it("a group has what all its deployments have: the least limit, the abilities of each, a price if it is one", async () => {
    const named = (id: string, model: string, group: string, model_info: object = {}) => ({
      ...at(id, { model }, group),
      model_info: { id, ...model_info },
    });
    const backend = await connected({
      router: {
        model_list: [
          named("a", "openai/gpt-5-mini", "mixed"),
          named("b", "openai/gpt-4o-mini", "mixed"),
          named("c", "openai/gpt-5-mini", "alike", { max_input_tokens: 9_000 }),
          named("d", "openai/gpt-5-mini", "alike"),
          named("e", "openai/gpt-5-mini", "dark"),
          named("f", "openai/scripted-1", "dark", { max_input_tokens: 4_000 }),
        ],
        model_group_alias: { also: "alike" },
      },
    });
    const infoOf = (model: string) => backend.client.result<ModelDetails>("edgequake/modelInfo", { model });
    const [small, mini] = [await infoOf("openai/gpt-4o-mini"), await infoOf("openai/gpt-5-mini")];
    const mixed = await infoOf("router/mixed");
    assert.equal(mixed.max_input_tokens, Math.min(small.max_input_tokens ?? 0, mini.max_input_tokens ?? 0));
    assert.equal(mixed.input_cost_per_token, null, "it depends on who answers");
    assert.ok(
      mixed.supports?.includes("vision") && !mixed.supports.includes("reasoning"),
      mixed.supports?.join(),
    );
    for (const name of ["router/alike", "router/also"]) {
      const alike = await infoOf(name);
      assert.equal(alike.max_input_tokens, 9_000, "what was given with a deployment counts");
      assert.equal(alike.input_cost_per_token, mini.input_cost_per_token);
      assert.deepEqual(alike.supports, mini.supports);
    }
    const dark = await infoOf("router/dark");
    assert.equal(dark.max_input_tokens, 4_000);
    assert.deepEqual([dark.supports, dark.input_cost_per_token], [null, null], "one of them is not known");
    const nothing = await infoOf("router/nobody");
    assert.ok(Object.values(nothing).every((value) => value === null));
    const { models } = await backend.client.result<ModelsResult>("edgequake/models", {
      provider: "router",
      details: true,
    });
    assert.deepEqual(models.find(({ model }) => model === "router/mixed")?.details, mixed);
  });

  it("are listed among the models, embeddings as such and no pattern", async () => {
    const backend = await connected({
      router: {
        model_list: [
          at("one"),
          at("two", { model: "openai/text-embedding-3-small" }, "vectors"),
          { ...at("three", {}, "told"), model_info: { mode: "embedding" } },
          at("four", { model: "openai/*" }, "openai/*"),
        ],
        model_group_alias: { shown: "fast", hidden: { model: "fast", hidden: true } },
      },
    });
    const { models } = await backend.client.result<ModelsResult>("edgequake/models", { provider: "router" });
    assert.deepEqual(
      models.map(({ model, mode, source }) => [model, mode, source]),
      [
        ["router/fast", "chat", "router"],
        ["router/vectors", "embedding", "router"],
        ["router/told", "embedding", "router"],
        ["router/shown", "chat", "router"],
      ],
    );
    const every = await backend.client.result<ModelsResult>("edgequake/models");
    assert.ok(every.models.some(({ model }) => model === "router/fast"));
    await ask(backend, "router/hidden");
    await ask(backend, "router/openai/anything");
    assert.equal(JSON.parse(provider().requests[1]?.body ?? "{}").model, "anything");
    silent(backend);
  });

  it("keep counters and cooldowns over a new configuration; what is in flight ends as it began", async () => {
    const router = { model_list: [at("one", { order: 1 }), at("two", { order: 2 })], num_retries: 1 };
    const backend = await connected({ router });
    provider().next(status(429, errorBody("slow down"), { "retry-after": "50" }));
    await ask(backend, "router/fast");
    let answer = (): void => {};
    provider().next(async (exchange) => {
      await new Promise<void>((resolve) => {
        answer = resolve;
      });
      await chat("slow")(exchange);
    });
    const running = ask(backend, "router/fast");
    await poll("the request", 5_000, () => provider().requests.length === 3, 5);
    configure(backend, { router: { ...router, routing_strategy: "least-busy" } });
    const [kept] = await all(backend);
    assert.equal(kept?.strategy, "least-busy");
    assert.ok((kept?.deployments[0]?.cooled_ms ?? 0) > 40_000, "the cooldown stays");
    assert.equal(kept?.deployments[1]?.in_flight, 1);
    assert.equal(kept?.deployments[1]?.requests, 2);
    configure(backend, {});
    assert.deepEqual(await all(backend), []);
    const gone = await backend.client.failure("edgequake/completion", {
      model: "router/fast",
      messages: HELLO,
    });
    assert.equal(gone.data.name, "BadRequestError");
    assert.match(gone.message, /no router is configured/);
    answer();
    assert.equal((await running).choices[0]?.message.content, "slow");
  });

  it("come from config.toml, and from a LiteLLM config.yaml that may change", async () => {
    const file = join(folder, "config.yaml");
    const yaml = (group: string): void =>
      writeFileSync(
        file,
        `model_list:
  - model_name: ${group}
    litellm_params: {model: openai/scripted-1, api_base: "${provider().v1}", api_key: os.environ/FAKE_ROUTER_KEY}
general_settings: {master_key: sk-fake-master}
`,
      );
    yaml("written");
    const text = `router_config = "${file}"
[router]
num_retries = 0
[[router.model_list]]
model_name = "toml"
litellm_params = { model = "openai/scripted-1", api_base = "${provider().v1}", api_key = "${KEY}" }
`;
    const backend = await connected(
      {},
      { configToml: { text }, env: { FAKE_ROUTER_KEY: "sk-fake-of-the-environment" } },
    );
    await ask(backend, "router/toml");
    await ask(backend, "router/written");
    assert.deepEqual(
      provider().requests.map(({ headers }) => headers["authorization"]),
      [`Bearer ${KEY}`, "Bearer sk-fake-of-the-environment"],
    );
    assert.ok(
      backend.client.logs().some(({ message }) => /general_settings .*master_key/.test(message)),
      "what is not used is named",
    );
    yaml("changed");
    await poll("the changed file", 5_000, async () => {
      const [, of_file] = await all(backend);
      return of_file?.model_names.includes("changed");
    });
    await ask(backend, "router/changed");
    silent(backend);
  });

  it("lose what is wrong in them, not the rest, and say what to mend", async () => {
    const broken = at("broken", { api_key: "os.environ/NOT_SET_ANYWHERE" });
    const backend = await connected({ router: { model_list: [broken, at("fine")], colour: "red" } });
    await ask(backend, "router/fast");
    const told = backend.client
      .logs()
      .map(({ message }) => message)
      .join("\n");
    assert.match(told, /model_list\[0\].*NOT_SET_ANYWHERE is not set/);
    assert.match(told, /does not know "colour"/);
    configure(backend, { router: { model_list: [at("fine")], routing_strategy: "best" } });
    await ask(backend, "router/fast");
    const [router] = await all(backend);
    assert.equal(router?.strategy, "simple-shuffle", "the last good one stays");
    assert.ok(
      backend.client.logs().some(({ message }) => /routing_strategy "best" is not known/.test(message)),
    );
  });

  it("fail by the name of a group that is not there, with those that are", async () => {
    const backend = await connected({ router: { model_list: [at("one")] } });
    const { data, message } = await backend.client.failure("edgequake/completion", {
      model: "router/slow",
      messages: HELLO,
    });
    assert.equal(data.name, "BadRequestError");
    assert.match(message, /model=slow.*There are: fast/);
    for (const method of ["edgequake/createRouter", "edgequake/disposeRouter"]) {
      const params = { router_id: "router", options: { model_list: [at("other")] } };
      assert.match((await backend.client.failure(method, params)).message, /is of the configuration/);
    }
  });

  it("follow a direct call that failed, and never after its first chunk", async () => {
    const backend = await connected({ router: { model_list: [at("one")] } });
    const direct = { model: "openai/m", api_base: provider().v1, num_retries: 0, fallbacks: ["router/fast"] };
    provider().next(status(500));
    const answer = await ask(backend, "openai/m", direct);
    assert.equal(answer.edgequake?.trace?.deployment, "one");
    provider().next(async (exchange) => {
      await exchange.begin();
      for (const event of streamEvents(["half"]).slice(0, 2)) await exchange.part(event);
      exchange.reset();
    });
    const before = provider().requests.length;
    await backend.client.failure("edgequake/completionStream", {
      ...direct,
      messages: HELLO,
      stream_id: "cut",
    });
    assert.equal(provider().requests.length, before + 1);
  });
});
