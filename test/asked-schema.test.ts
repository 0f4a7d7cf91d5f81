// A JSON schema that a provider can only be asked for: the answer is checked, and one that does not fit is an error that
// keeps it, streamed or not.

import assert from "node:assert/strict";
import { completion, dispose, errors } from "../server/index.ts";
import type { ModelResponse } from "../server/protocol/messages.ts";
import { chat } from "./server/openai-bytes.ts";
import { ScriptedProvider } from "./server/scripted-provider.ts";

describe("a schema that was only asked for", () => {
  let provider: ScriptedProvider;
  const schema = { type: "object", properties: { age: { type: "integer" } }, required: ["age"] };
  const call = () => ({
    model: "deepseek/deepseek-chat",
    messages: [{ role: "user" as const, content: "How old?" }],
    response_format: { type: "json_schema", json_schema: { name: "person", schema } },
    api_base: provider.v1,
    api_key: "sk-fake-schema",
    num_retries: 2,
  });

  before(async () => {
    provider = await ScriptedProvider.start();
  });
  after(async () => {
    await dispose();
    await provider.stop();
  });
  beforeEach(() => provider.clear());

  it("is fulfilled by an answer that fits", async () => {
    provider.always(chat('{"age":', " 7}"));
    assert.equal((await completion(call())).choices[0]?.message.content, '{"age": 7}');
    const stream = completion({ ...call(), stream: true });
    assert.equal((await stream.response()).choices[0]?.finish_reason, "stop");
  });

  for (const [what, text] of [
    ["another type", '{"age":"seven"}'],
    ["something missing", "{}"],
    ["no JSON", "I am seven"],
  ] as const) {
    it(`${what} is an error with the answer on it, asked once`, async () => {
      provider.always(chat(text));
      await assert.rejects(completion(call()), (error: errors.OpenAIError) => {
        assert.equal(error.name, "JSONSchemaValidationError");
        assert.equal((error.partial as ModelResponse).choices[0]?.message.content, text);
        return true;
      });
      assert.equal(provider.requests.length, 1);
      const stream = completion({ ...call(), stream: true });
      let finished = false;
      await assert.rejects(async () => {
        for await (const { choices } of stream) finished ||= choices[0]?.finish_reason != null;
      }, errors.JSONSchemaValidationError);
      assert.equal(finished, false);
    });
  }
});
