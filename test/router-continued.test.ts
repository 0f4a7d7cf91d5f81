// A routed stream that breaks off after its first chunk: an error by default, and where the caller opted in gone on with
// by another deployment, delivered once.

import assert from "node:assert/strict";
import { dispose, errors, Router, type RouterOptions } from "../server/index.ts";
import type { ChatCompletionChunk } from "../server/protocol/messages.ts";
import { jsonOf } from "./server/http-request.ts";
import { chat, chunkOf, sse, streamEvents } from "./server/openai-bytes.ts";
import { type Script, ScriptedProvider } from "./server/scripted-provider.ts";

const MESSAGES = [{ role: "user" as const, content: "Count." }];

/** Some words, and then the connection is reset. */
const breaking =
  (...words: string[]): Script =>
  async (exchange) => {
    await exchange.begin();
    for (const event of streamEvents(words).slice(0, words.length + 1)) await exchange.part(event);
    exchange.reset();
  };

describe("router: a stream that breaks off", () => {
  let a: ScriptedProvider;
  let b: ScriptedProvider;
  let made: Router[] = [];
  before(async () => {
    a = await ScriptedProvider.start();
    b = await ScriptedProvider.start();
  });
  beforeEach(() => {
    a.clear(breaking("One, ", "two, "));
    b.clear(chat("three, ", "four."));
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

  function router(more: Partial<RouterOptions> = {}): Router {
    const at = (provider: ScriptedProvider, id: string, order: number, model_name = "g") => ({
      model_name,
      litellm_params: { model: "openai/m", api_base: provider.v1, api_key: "sk-fake-continued", order },
      model_info: { id },
    });
    const one = new Router({ model_list: [at(a, "a", 1), at(b, "b", 2), at(b, "c", 1, "h")], ...more });
    made.push(one);
    return one;
  }
  async function read(one: Router, params: object = {}) {
    const stream = one.stream({ model: "g", messages: MESSAGES, ...params });
    const chunks: ChatCompletionChunk[] = [];
    let error: errors.OpenAIError | undefined;
    try {
      for await (const chunk of stream) chunks.push(chunk);
    } catch (thrown) {
      if (!(thrown instanceof errors.OpenAIError)) throw thrown;
      error = thrown;
    }
    const text = chunks.map(({ choices }) => choices[0]?.delta.content ?? "").join("");
    return { chunks, text, error, end: error ? undefined : await stream.end };
  }

  it("is an error by default, with what came", async () => {
    const { text, error } = await read(router());
    assert.equal(text, "One, two, ");
    assert.equal(error?.name, "APIConnectionError");
    assert.equal(b.requests.length, 0);
  });

  it("is gone on with where that is asked for: once delivered, under one id", async () => {
    const { text, end, chunks } = await read(router({ continue_streams: true }));
    assert.equal(text, "One, two, three, four.");
    assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
    assert.equal(chunks.length, end?.chunks);
    assert.deepEqual(end?.finish_reasons, ["stop"]);
    assert.equal(end?.cost_usd, null, "what the first part cost is unknown");
    assert.match(end?.warnings.map(({ message }) => message).join() ?? "", /broke off and was gone on with/);
    assert.deepEqual(
      end?.trace?.attempts.map(({ deployment, outcome }) => [deployment, outcome]),
      [
        ["a", "APIConnectionError"],
        ["b", "ok"],
      ],
    );
    const body = b.requests[0] && jsonOf(b.requests[0]);
    const { messages } = body as { messages: { role: string; content: string }[] };
    assert.deepEqual(messages.slice(0, 2), [...MESSAGES, { role: "assistant", content: "One, two, " }]);
    assert.match(messages[2]?.content ?? "", /Go on exactly where it ended/);
    assert.equal("continue_streams" in (body as object), false, "it steers, and is not sent");
  });

  it("is asked for anew where nothing of its text had come, whatever it was to be", async () => {
    const thought = sse(chunkOf({ role: "assistant", content: "", reasoning_content: "Hm. " }));
    const role = sse(chunkOf({ role: "assistant", content: "" }));
    for (const [event, params] of [
      [role, {}],
      [thought, {}],
      [role, { response_format: { type: "json_object" } }],
    ] as const) {
      a.clear(async (exchange) => {
        await exchange.begin();
        await exchange.part(event);
        exchange.reset();
      });
      b.clear(chat("three, ", "four."));
      const { text, chunks, end } = await read(router({ continue_streams: true }), params);
      assert.equal(text, "three, four.");
      assert.equal(new Set(chunks.map(({ id }) => id)).size, 1);
      assert.equal(chunks.length, end?.chunks);
      assert.equal(b.requests.length, 1);
      const { messages } = jsonOf(b.requests[0] ?? assert.fail()) as { messages: unknown };
      assert.deepEqual(messages, MESSAGES, "the same question");
    }
    const { error } = await read(router());
    assert.equal(error?.name, "APIConnectionError", "and not where that was not asked for");
  });

  it("in a form that cannot be gone on with is an error once some of it has come", async () => {
    const json = { response_format: { type: "json_object" } };
    const { error, text } = await read(router({ continue_streams: true }), json);
    assert.deepEqual([error?.name, text, b.requests.length], ["APIConnectionError", "One, two, ", 0]);
  });

  it("is by one call's own word, either way, and over the groups that follow", async () => {
    assert.equal((await read(router(), { continue_streams: true })).text, "One, two, three, four.");
    const refused = await read(router({ continue_streams: true }), { continue_streams: false });
    assert.equal(refused.error?.name, "APIConnectionError");
    b.clear(chat("and so on."));
    const fallback = router({ continue_streams: true, num_retries: 0, fallbacks: [{ g: ["h"] }] });
    const { text, end } = await read(fallback);
    assert.equal(text, "One, two, and so on.");
    assert.equal(end?.trace?.deployment, "c");
  });

  it("costs no more requests than were configured", async () => {
    b.clear(breaking("three, "));
    const { text, error } = await read(router({ continue_streams: true, num_retries: 1 }));
    assert.equal(text, "One, two, three, ");
    assert.equal(error?.name, "APIConnectionError");
    assert.equal(a.requests.length + b.requests.length, 2);
    const { messages } = jsonOf(b.requests[0] as NonNullable<(typeof b.requests)[0]>) as {
      messages: unknown[];
    };
    assert.equal(messages.length, 3);
  });

  it("with half a tool call is not gone on with", async () => {
    a.clear(async (exchange) => {
      await exchange.begin();
      const tool = { index: 0, id: "t", type: "function", function: { name: "f", arguments: '{"a' } };
      await exchange.part(sse(chunkOf({ role: "assistant", content: "I call: " })));
      await exchange.part(sse(chunkOf({ tool_calls: [tool] })));
      exchange.reset();
    });
    const { error } = await read(router({ continue_streams: true }));
    assert.equal(error?.name, "APIConnectionError");
    assert.equal(b.requests.length, 0);
  });
});
