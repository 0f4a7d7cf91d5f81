// Middleware around the library's calls, over real sockets: what each hook sees and changes, in which order, and what
// becomes of a call that a hook refuses.

import assert from "node:assert/strict";
import {
  type CompletionParams,
  completion,
  dispose,
  edgequake,
  embedding,
  errors,
  type Middleware,
  type MiddlewareCall,
  type ModelResponse,
  models,
  Router,
  text_completion,
  use,
} from "../server/index.ts";
import { jsonOf } from "./server/http-request.ts";
import { chat, status } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

const messages = [{ role: "user" as const, content: "Hello" }];

describe("middleware", () => {
  let provider: ScriptedProvider;
  let out: (() => void)[] = [];
  before(async () => {
    provider = await ScriptedProvider.start();
  });
  beforeEach(() => provider.clear(chat("one ", "two ", "three")));
  afterEach(async () => {
    for (const remove of out) remove();
    out = [];
    await dispose();
    assert.deepEqual(provider.errors, []);
  });
  after(() => provider.stop());

  const add = (one: Middleware): void => void out.push(use(one));
  const params = (more: Partial<CompletionParams> = {}): CompletionParams => ({
    model: "openai/m",
    messages,
    api_base: provider.v1,
    api_key: "sk-fake-middleware",
    num_retries: 0,
    ...more,
  });
  const ask = (more: Partial<CompletionParams> = {}) =>
    completion({ ...params(more), stream: false }) as Promise<ModelResponse>;
  async function streamed(more: Partial<CompletionParams> = {}) {
    const stream = completion({ ...params(more), stream: true });
    const texts: string[] = [];
    for await (const { choices } of stream) {
      const { content } = choices[0]?.delta ?? {};
      if (content) texts.push(content);
    }
    return { texts, end: await stream.end };
  }
  async function failure(promise: Promise<unknown>): Promise<errors.OpenAIError> {
    return promise.then(
      () => assert.fail("it succeeded"),
      (error: unknown) => {
        assert.ok(error instanceof errors.OpenAIError, String(error));
        return error;
      },
    );
  }

  it("goes round all four kinds of call: the first added is outermost", async () => {
    const seen: string[] = [];
    const named = (name: string): Middleware => ({
      name,
      before: ({ kind }) => void seen.push(`${name} before ${kind}`),
      after: (_answer, { kind }) => void seen.push(`${name} after ${kind}`),
    });
    add(named("a"));
    add(named("b"));
    provider.models((exchange) => exchange.reply(200, JSON.stringify({ data: [{ id: "m" }] })));
    await ask();
    await streamed();
    await embedding({ model: "mock/embed", input: "x" });
    const list = await models({ provider: "openai", api_base: provider.v1, api_key: "sk-fake-middleware" });
    assert.deepEqual(
      list.models.map(({ model }) => model),
      ["openai/m"],
    );
    assert.deepEqual(
      seen,
      ["completion", "stream", "embedding", "models"].flatMap((kind) => [
        ...["a", "b"].map((name) => `${name} before ${kind}`),
        ...["b", "a"].map((name) => `${name} after ${kind}`),
      ]),
    );
  });

  it("changes what is sent and what comes back; the caller's own objects stay as they are", async () => {
    add({
      before: (call) => {
        if (call.kind !== "completion") return undefined;
        const system = { role: "system" as const, content: "Be brief" };
        return { ...call.params, temperature: 0.5, messages: [system, ...call.params.messages] };
      },
      after: (answer) => ("choices" in answer ? { ...answer, system_fingerprint: "changed" } : undefined),
    });
    const given = params();
    const answer = (await completion({ ...given, stream: false })) as ModelResponse;
    assert.equal(answer.system_fingerprint, "changed");
    assert.equal(answer.choices[0]?.message.content, "one two three");
    const sent = jsonOf(provider.requests[0] as never) as unknown as CompletionParams;
    assert.deepEqual([sent.temperature, sent.messages.length], [0.5, 2]);
    assert.deepEqual(given.messages, messages);
  });

  it("changes a stream chunk by chunk: one for one, several for one, none at all", async () => {
    const calls = new Set<MiddlewareCall>();
    add({
      before: (call) => void calls.add(call),
      chunk: (chunk, call) => {
        calls.add(call);
        const [choice] = chunk.choices;
        const text = choice?.delta.content;
        if (!choice || !text) return undefined;
        if (text === "two ") return [];
        const saying = (content: string) => ({ ...chunk, choices: [{ ...choice, delta: { content } }] });
        return text === "three" ? [saying("3"), saying("!")] : saying(text.toUpperCase());
      },
      after: (_answer, call) => void calls.add(call),
    });
    const { texts, end } = await streamed();
    assert.deepEqual(texts, ["ONE ", "3", "!"]);
    assert.equal(calls.size, 1, "it is one call");
    // A role, the three texts, a finish.
    assert.equal(end.chunks, 5);
    assert.deepEqual([end.finish_reasons, end.usage?.total_tokens], [["stop"], 18]);
  });

  it("goes round a text completion, whichever way the provider takes it", async () => {
    const kinds: string[] = [];
    add({
      before: (call) => {
        kinds.push(call.kind);
        return call.kind === "text_completion" ? { ...call.params, prompt: "changed" } : undefined;
      },
      after: (answer, { kind }) => {
        kinds.push(`${kind} ${"choices" in answer ? answer.object : ""}`);
      },
    });
    const choices = [{ index: 0, text: "filled", logprobs: null, finish_reason: "stop" }];
    const body = { id: "t", object: "text_completion", created: 1, model: "m", choices };
    provider.always((exchange) => exchange.reply(200, JSON.stringify(body)));
    const { model, api_base, api_key } = params();
    const filled = await text_completion({ model, api_base, api_key, prompt: "x" } as never);
    assert.equal(filled.choices[0]?.text, "filled");
    assert.equal(jsonOf(provider.requests[0] as never)["prompt"], "changed");
    await text_completion({ model: "mock/echo", prompt: "x" });
    assert.deepEqual(kinds, [
      "text_completion",
      "text_completion text_completion",
      "completion",
      "completion chat.completion",
    ]);
  });

  it("that throws before refuses the call: nothing is sent, and the error names it", async () => {
    add({
      name: "guard",
      before: () => {
        throw new Error("no secrets to strangers");
      },
    });
    const error = await failure(ask());
    assert.equal(error.name, "BadRequestError");
    assert.match(error.message, /the middleware guard threw: no secrets to strangers/);
    await failure(streamed());
    await failure(embedding({ model: "mock/embed", input: "x" }));
    await failure(models());
    assert.equal(provider.requests.length, 0);
    out[0]?.();
    await ask();
    assert.equal(provider.requests.length, 1);
  });

  it("may throw an error of ours, which stays what it is", async () => {
    add({
      before: () => {
        throw new errors.PermissionDeniedError("not this model");
      },
    });
    assert.equal((await failure(ask())).name, "PermissionDeniedError");
  });

  it("that throws on a chunk ends the stream: what went out stays, and nothing follows", async () => {
    let seen = 0;
    add({
      name: "reader",
      chunk: () => {
        seen += 1;
        if (seen === 3) throw new Error("enough");
      },
    });
    const stream = completion({ ...params(), stream: true });
    const texts: string[] = [];
    const error = await failure(
      (async () => {
        for await (const { choices } of stream) texts.push(choices[0]?.delta.content ?? "");
      })(),
    );
    assert.match(error.message, /the middleware reader threw: enough/);
    assert.deepEqual(texts, ["", "one "]);
    assert.equal(seen, 3);
  });

  it("that throws on the very last chunk fails the call too", async () => {
    add({
      chunk: ({ choices }) => {
        if (choices[0]?.finish_reason) throw new Error("at the end");
      },
    });
    assert.match((await failure(streamed())).message, /at the end/);
  });

  it("hears of failures, and may say them otherwise", async () => {
    provider.always(status(429));
    const heard: string[] = [];
    add({
      failed: (error, { kind }) => {
        heard.push(`${kind} ${error.name}`);
        return new errors.ServiceUnavailableError({ message: "try tomorrow", cause: error });
      },
    });
    assert.equal((await failure(ask())).name, "ServiceUnavailableError");
    assert.deepEqual(heard, ["completion RateLimitError"]);
  });

  it("gives params that are checked as a caller's are", async () => {
    add({ before: () => ({ model: "openai/m", messages: "hello" }) as never });
    const error = await failure(ask());
    assert.equal(error.name, "BadRequestError");
    assert.equal(error.issues?.[0]?.path, "messages");
    assert.equal(provider.requests.length, 0);
  });

  it("sees each deployment that a router asks, with the deployment's model", async () => {
    provider.next(status(500));
    const seen: string[] = [];
    add({
      before: ({ params: given, attribution }) => {
        seen.push(`${attribution.deployment} ${"model" in given ? given.model : ""}`);
      },
      failed: (error) => void seen.push(error.name),
    });
    const at = (id: string) => ({
      model_name: "group",
      litellm_params: {
        model: `openai/${id}`,
        api_base: provider.v1,
        api_key: "sk-fake-router",
        order: id === "x" ? 1 : 2,
      },
      model_info: { id },
    });
    const router = new Router({ model_list: [at("x"), at("y")] });
    const answer = await router.completion({ model: "group", messages, stream: false });
    assert.equal(answer.choices[0]?.message.content, "one two three");
    assert.deepEqual(seen, ["x openai/x", "InternalServerError", "y openai/y"]);
    await router.dispose();
  });

  it("that was taken out, or was not there when a call began, has no part in it", async () => {
    const seen: string[] = [];
    const late: Middleware = { after: () => void seen.push("late") };
    add({
      before: () => {
        out.push(use(late));
      },
      after: () => void seen.push("early"),
    });
    await ask();
    assert.deepEqual(seen, ["early"]);
    out.pop()?.();
    out.shift()?.();
    await ask();
    assert.deepEqual(seen, ["early"]);
  });

  it("outlives a library that is disposed of, and stands on `edgequake` too", async () => {
    let count = 0;
    out.push(
      edgequake.use({
        before: () => {
          count += 1;
        },
      }),
    );
    await ask();
    await dispose();
    await ask();
    assert.equal(count, 2);
  });
});
