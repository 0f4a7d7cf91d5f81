// edgequake/languageModel: models of the client's own editor as upstreams. Asked only where they were declared; their
// parts become chunks, their errors our classes, a cancelled call is cancelled there.

import assert from "node:assert/strict";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { ModelsResult } from "../../server/protocol/results.ts";
import { backends } from "./backend-process.ts";
import { assertProviderFailure } from "./failure-shape.ts";
import type { RawClient } from "./raw-client.ts";
import { HELLO } from "./scripted.ts";

const MODEL = "vscode/parrot/grey";
const CALL = { model: MODEL, messages: HELLO, num_retries: 0 };
const DECLARED = { capabilities: { languageModel: true } };

interface Asked {
  stream_id: string;
  vendor: string;
  family: string;
  messages: unknown[];
  tools?: unknown[];
  tool_choice?: unknown;
  options?: Record<string, unknown>;
}
type Part = Record<string, unknown>;

/** Answers with these parts, one message each. */
function answering(client: RawClient, parts: Part[], end: unknown = {}): Asked[] {
  const asked: Asked[] = [];
  client.handle("edgequake/languageModel", (params) => {
    const request = params as Asked;
    asked.push(request);
    for (const part of parts)
      client.notify("edgequake/languageModelChunk", { stream_id: request.stream_id, parts: [part] });
    return end;
  });
  return asked;
}

const say = (text: string): Part => ({ type: "text", text });

describe("models of the client's editor", function () {
  this.timeout(40_000);
  const start = backends();

  it("answer like any model, streamed and whole, with what the call says", async () => {
    const { client } = start();
    const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
    const asked = answering(client, [say("Good"), say(" day"), say("")], { usage });
    await client.initialize(DECLARED);
    const whole = await client.result<ModelResponse>("edgequake/completion", {
      ...CALL,
      temperature: 0.5,
      reasoning_effort: "low",
      of_the_vendor: 1,
    });
    assert.equal(whole.choices[0]?.message.content, "Good day");
    assert.equal(whole.choices[0]?.finish_reason, "stop");
    assert.equal(whole.model, MODEL);
    assert.deepEqual(whole.usage, usage);
    assert.equal(whole.edgequake?.cost_usd, null, "nobody knows the price");
    const { stream_id, ...rest } = asked[0] ?? assert.fail("it was asked");
    assert.equal(typeof stream_id, "string");
    assert.deepEqual(rest, {
      vendor: "parrot",
      family: "grey",
      messages: HELLO,
      options: { temperature: 0.5, reasoning_effort: "low", of_the_vendor: 1 },
    });
    const end = await client.result<{ chunks: number; finish_reasons: string[]; usage: unknown }>(
      "edgequake/completionStream",
      { ...CALL, stream_id: "s" },
    );
    assert.equal(client.text("s"), "Good day");
    assert.deepEqual(end.finish_reasons, ["stop"]);
    assert.deepEqual(end.usage, usage);
    assert.equal(client.chunks("s").length, end.chunks);
  });

  it("think and call tools", async () => {
    const { client } = start();
    const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
    const asked = answering(client, [
      { type: "thinking", text: "hm" },
      { type: "thinking", text: "", signature: "sig" },
      { type: "tool_call", id: "c1", name: "look", input: { at: "a" } },
      { type: "tool_call", id: "c2", name: "look" },
      { type: "nobody knows this" },
    ]);
    await client.initialize(DECLARED);
    const answer = await client.result<ModelResponse>("edgequake/completion", {
      ...CALL,
      tools,
      tool_choice: "required",
    });
    const [choice] = answer.choices;
    assert.equal(choice?.finish_reason, "tool_calls");
    assert.equal(choice.message.reasoning_content, "hm");
    assert.deepEqual(
      choice.message.tool_calls?.map(({ id, function: fn }) => [id, fn.name, fn.arguments]),
      [
        ["c1", "look", '{"at":"a"}'],
        ["c2", "look", "{}"],
      ],
    );
    assert.deepEqual([asked[0]?.tools, asked[0]?.tool_choice], [tools, "required"]);
  });

  it("refuse in VS Code's codes, which become our classes", async () => {
    const { client } = start();
    const cases: [code: string | undefined, message: string, name: string, status: number][] = [
      ["NoPermissions", "the person said no", "PermissionDeniedError", 403],
      ["NotFound", "no grey parrot", "NotFoundError", 404],
      ["Blocked", "it is not said", "ContentPolicyViolationError", 400],
      [undefined, "quota exceeded for today", "RateLimitError", 429],
      ["ChatRateLimited", "later", "RateLimitError", 429],
      [undefined, "the cage is empty", "InternalServerError", 500],
    ];
    let now: [string | undefined, string] = [undefined, ""];
    client.handle("edgequake/languageModel", () => {
      const [code, message] = now;
      throw { code: -32803, message, data: code === undefined ? {} : { code } };
    });
    await client.initialize(DECLARED);
    for (const [code, message, name, status] of cases) {
      now = [code, message];
      assertProviderFailure(await client.failure("edgequake/completion", CALL), {
        name,
        status,
        provider: "vscode",
        message: new RegExp(message),
      });
    }
  });

  it("that end without a word have not answered", async () => {
    const { client } = start();
    answering(client, []);
    await client.initialize(DECLARED);
    const failure = await client.failure("edgequake/completion", CALL);
    assertProviderFailure(failure, {
      name: "InternalServerError",
      provider: "vscode",
      message: /without a word/,
    });
  });

  it("are tried again as any model, and not once something was said", async () => {
    const { client } = start();
    let asks = 0;
    client.handle("edgequake/languageModel", (params) => {
      asks += 1;
      const { stream_id } = params as Asked;
      if (asks === 1) throw { code: -32803, message: "busy" };
      client.notify("edgequake/languageModelChunk", { stream_id, parts: [say("half")] });
      throw { code: -32803, message: "broke off" };
    });
    await client.initialize(DECLARED);
    const failure = await client.failure("edgequake/completionStream", {
      ...CALL,
      num_retries: 3,
      stream_id: "s",
    });
    assert.equal(asks, 2);
    assert.equal(failure.data.partial, true);
    assert.match(failure.message, /broke off/);
    assert.equal(client.text("s"), "half");
  });

  it("are cancelled there when the call is cancelled here", async () => {
    const { client } = start();
    client.handle("edgequake/languageModel", () => new Promise(() => {}));
    await client.initialize(DECLARED);
    const call = client.start("edgequake/completion", CALL);
    await client.untilMethod("edgequake/languageModel");
    const asked = client.serverRequests[0];
    client.notify("$/cancelRequest", { id: call.id });
    const cancel = await client.untilMethod("$/cancelRequest");
    assert.equal((cancel.message.params as { id: unknown }).id, asked?.id);
    assert.equal((await call.response).error?.code, -32800);
  });

  it("keep the call's deadlines", async () => {
    const { client } = start();
    client.handle("edgequake/languageModel", () => new Promise(() => {}));
    await client.initialize(DECLARED);
    const failure = await client.failure("edgequake/completion", { ...CALL, timeout: { first_token: 0.1 } });
    assertProviderFailure(failure, { name: "Timeout", provider: "vscode" });
    await client.untilMethod("$/cancelRequest");
  });

  it("stand in the list of models, unless they are not wanted there", async () => {
    const { client } = start();
    let lists = 0;
    client.handle("edgequake/languageModels", () => {
      lists += 1;
      const grey = { vendor: "parrot", family: "grey", id: "g1", name: "Grey", max_input_tokens: 999 };
      return { models: [grey, { ...grey, id: "g2" }, { vendor: 5 }, null] };
    });
    await client.initialize(DECLARED);
    type Models = Pick<ModelsResult, "models">;
    const named = ({ models }: Models): string[] =>
      models.filter(({ provider }) => provider === "vscode").map(({ model }) => model);
    const detailed = await client.result<Models>("edgequake/models", { details: true });
    assert.deepEqual(named(detailed), [MODEL]);
    const own = detailed.models.find(({ model }) => model === MODEL)?.details;
    assert.deepEqual([own?.max_input_tokens, own?.output_cost_per_token], [999, null]);
    const without = await client.result<Models>("edgequake/models", { without: ["vscode"] });
    assert.deepEqual(named(without), []);
    assert.equal(lists, 1);
    const { providers } = await client.result<{ providers: { id: string; configured: boolean }[] }>(
      "edgequake/providers",
    );
    assert.equal(providers.find(({ id }) => id === "vscode")?.configured, true);
  });

  it("are deployments of a router", async () => {
    const { client } = start();
    const asked = answering(client, [say("from the editor")]);
    await client.initialize(DECLARED);
    const deployment = (model: string) => ({ model_name: "any", litellm_params: { model } });
    const { router_id } = await client.result<{ router_id: string }>("edgequake/createRouter", {
      options: { model_list: [deployment(MODEL)] },
    });
    const routed = { model: "any", router_id, messages: HELLO };
    const answer = await client.result<ModelResponse>("edgequake/completion", routed);
    assert.equal(answer.choices[0]?.message.content, "from the editor");
    assert.equal(asked.length, 1);
  });

  it("of EdgeQuake itself are refused: no call goes round in a circle", async () => {
    const { client } = start();
    const asked = answering(client, [say("x")]);
    await client.initialize(DECLARED);
    const failure = await client.failure("edgequake/completion", {
      ...CALL,
      model: "vscode/edgequake/openai/gpt-4o",
    });
    assert.equal(failure.data.name, "BadRequestError");
    assert.match(failure.message, /EdgeQuake itself.*openai\/gpt-4o/);
    const nameless = await client.failure("edgequake/completion", { ...CALL, model: "vscode/parrot" });
    assert.match(nameless.message, /vscode\/<vendor>\/<family>/);
    assert.deepEqual(asked, []);
  });

  it("are not there for a client that did not declare them, and it is not asked", async () => {
    const { client } = start();
    await client.initialize();
    const failure = await client.failure("edgequake/completion", CALL);
    assert.equal(failure.data.name, "NotFoundError");
    assert.match(failure.message, /declare languageModel/);
    const { models } = await client.result<{ models: { provider: string }[] }>("edgequake/models");
    assert.ok(!models.some(({ provider }) => provider === "vscode"));
    assert.deepEqual(client.serverRequests, []);
  });

  it("and what comes for a stream nobody waits for harms nothing", async () => {
    const { client } = start();
    answering(client, [say("fine")]);
    await client.initialize(DECLARED);
    for (const params of [undefined, null, 5, [], { stream_id: 1 }, { stream_id: "x", parts: [say("x")] }])
      client.notify("edgequake/languageModelChunk", params);
    const answer = await client.result<ModelResponse>("edgequake/completion", CALL);
    assert.equal(answer.choices[0]?.message.content, "fine");
  });
});
