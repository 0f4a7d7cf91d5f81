// Trimming: under the limit or an error that says so, no call without its results, the order and the newest kept.

import assert from "node:assert/strict";
import fc from "fast-check";
import { forgetRegisteredModels, register_model } from "../../../server/models/register-model.ts";
import { ContextWindowExceededError } from "../../../server/protocol/errors.ts";
import type { Message, ToolCall } from "../../../server/protocol/messages.ts";
import { token_counter } from "../../../server/tokens/token-counter.ts";
import { closeTokenizer } from "../../../server/tokens/tokenizer-thread.ts";
import { trim_messages } from "../../../server/tokens/trim-messages.ts";

const MODEL = "gpt-4o";
const tokens = (messages: readonly Message[]): Promise<number> => token_counter({ model: MODEL, messages });
const user = (content: string): Message => ({ role: "user", content });
const assistant = (content: string): Message => ({ role: "assistant", content });
const system = (content: string): Message => ({ role: "system", content });
const call = (...ids: string[]): Message => ({
  role: "assistant",
  content: null,
  tool_calls: ids.map((id): ToolCall => ({ id, type: "function", function: { name: "f", arguments: "{}" } })),
});
const result = (tool_call_id: string, content: string): Message => ({ role: "tool", tool_call_id, content });

/** Ids of calls without a result and of results without a call. */
function orphans(messages: readonly Message[]): string[] {
  const asked = messages.flatMap(({ tool_calls }) => (tool_calls ?? []).map(({ id }) => id));
  const answered = messages.flatMap(({ tool_call_id }) => tool_call_id ?? []);
  return [...asked.filter((id) => !answered.includes(id)), ...answered.filter((id) => !asked.includes(id))];
}

describe("trim_messages", function () {
  this.timeout(60_000);
  after(closeTokenizer);
  afterEach(forgetRegisteredModels);

  it("leaves alone what fits", async () => {
    const messages = [system("s"), user("hi")];
    assert.deepEqual(await trim_messages(messages, MODEL), messages);
    assert.deepEqual(await trim_messages(messages, MODEL, { max_tokens: await tokens(messages) }), messages);
  });

  it("drops the oldest turns first, keeps the system messages and the newest", async () => {
    const messages = [
      system("rules"),
      user("one ".repeat(50)),
      assistant("two ".repeat(50)),
      user("three"),
      system("more"),
      user("four"),
    ];
    const kept = await trim_messages(messages, MODEL, { max_tokens: 40 });
    assert.deepEqual(kept, [messages[0], messages[3], messages[4], messages[5]]);
  });

  it("takes a call with its results, or neither", async () => {
    const messages = [
      user("old"),
      call("a", "b"),
      result("a", "x ".repeat(20)),
      result("b", "y ".repeat(20)),
      assistant("done"),
      user("next"),
    ];
    const all = await tokens(messages);
    for (let max_tokens = 12; max_tokens <= all; max_tokens += 1)
      assert.deepEqual(orphans(await trim_messages(messages, MODEL, { max_tokens })), [], `${max_tokens}`);
    const without = await trim_messages(messages, MODEL, { max_tokens: 30 });
    assert.deepEqual(without, [messages[4], messages[5]]);
  });

  it("keeps the newest turn whole when that is a call and its results", async () => {
    const messages = [user("old ".repeat(40)), call("a"), result("a", "r")];
    assert.deepEqual(await trim_messages(messages, MODEL, { max_tokens: 30 }), [messages[1], messages[2]]);
  });

  it("drops results that nobody asked for", async () => {
    const messages = [result("gone", "x ".repeat(30)), user("hi")];
    assert.deepEqual(await trim_messages(messages, MODEL, { max_tokens: 20 }), [messages[1]]);
  });

  it("shortens in the middle when the newest alone is too long, and fills the limit", async () => {
    const messages = [system("Be brief."), user(`START ${"middle ".repeat(500)} END`)];
    const [kept, left] = await trim_messages(messages, MODEL, {
      max_tokens: 60,
      return_response_tokens: true,
    });
    assert.equal(kept.length, 2);
    assert.deepEqual(kept[0], messages[0]);
    const text = kept[1]?.content as string;
    assert.match(text, /^START middle.*…[\s\S]*END$/);
    assert.ok(left >= 0 && left <= 3, `${left}`);
    assert.equal(await tokens(kept), 60 - left);
  });

  it("shortens texts beside images, and never cuts a character", async () => {
    const messages: Message[] = [
      {
        role: "user",
        content: [
          { type: "text", text: "👩‍🚀".repeat(200) },
          { type: "image_url", image_url: "https://example.com/a.png" },
        ],
      },
    ];
    const [message] = await trim_messages(messages, MODEL, { max_tokens: 150 });
    const partsOf = (one: Message | undefined): unknown[] => (one?.content ?? []) as unknown[];
    const [text, picture] = partsOf(message);
    assert.ok((text as { text: string }).text.isWellFormed());
    assert.deepEqual(picture, partsOf(messages[0])[1]);
  });

  it("says so when nothing helps", async () => {
    const messages: Message[] = [
      { role: "user", content: [{ type: "image_url", image_url: "https://example.com/a.png" }] },
    ];
    await assert.rejects(
      trim_messages(messages, MODEL, { max_tokens: 50 }),
      (error: ContextWindowExceededError) => {
        assert.ok(error instanceof ContextWindowExceededError);
        assert.match(error.message, /need 92 tokens .* limit is 50/);
        return true;
      },
    );
  });

  it("takes a share of the model's input limit, three quarters by default", async () => {
    register_model({ "openai/tiny": { max_input_tokens: 40 } });
    const messages = [user("one ".repeat(20)), user("two")];
    assert.equal((await trim_messages(messages, "openai/tiny")).length, 1);
    assert.equal((await trim_messages(messages, "openai/tiny", { trim_ratio: 1 })).length, 2);
  });

  it("tells what is left for the answer, also when nothing was trimmed", async () => {
    const messages = [user("hi")];
    const used = await tokens(messages);
    assert.deepEqual(
      await trim_messages(messages, MODEL, { max_tokens: 100, return_response_tokens: true }),
      [messages, 100 - used],
    );
    assert.deepEqual(await trim_messages(messages, "who/knows", { return_response_tokens: true }), [
      messages,
      0,
    ]);
  });

  it("leaves alone what nobody knows the limit of", async () => {
    const messages = [user("x ".repeat(5000))];
    assert.deepEqual(await trim_messages(messages, "who/knows"), messages);
  });

  it("changes neither the list nor its messages", async () => {
    const messages = [user("word ".repeat(300)), user("word ".repeat(300))];
    const before = structuredClone(messages);
    await trim_messages(messages, MODEL, { max_tokens: 50 });
    assert.deepEqual(messages, before);
  });

  it("holds for any conversation: under the limit or an error, no orphans, order kept, newest and system there", async () => {
    const text = fc.string({ maxLength: 120, unit: "grapheme" });
    const turn = fc.oneof(
      text.map((content) => [user(content)]),
      text.map((content) => [assistant(content)]),
      text.map((content) => [system(content)]),
      fc
        .array(text, { minLength: 1, maxLength: 3 })
        .map((results) => [
          call(...results.map((_, at) => `${at}`)),
          ...results.map((content, at) => result(`${at}`, content)),
        ]),
    );
    const conversation = fc.array(turn, { minLength: 1, maxLength: 8 }).map((turns) =>
      turns.flatMap((messages, at) =>
        messages.map(
          (message): Message => ({
            ...message,
            ...(message.tool_calls
              ? { tool_calls: message.tool_calls.map((one) => ({ ...one, id: `c${at}_${one.id}` })) }
              : {}),
            ...(message.tool_call_id === undefined ? {} : { tool_call_id: `c${at}_${message.tool_call_id}` }),
          }),
        ),
      ),
    );
    await fc.assert(
      fc.asyncProperty(conversation, fc.integer({ min: 1, max: 400 }), async (messages, max_tokens) => {
        let trimmed: [Message[], number];
        try {
          trimmed = await trim_messages(messages, MODEL, { max_tokens, return_response_tokens: true });
        } catch (thrown) {
          assert.ok(thrown instanceof ContextWindowExceededError);
          return;
        }
        const [kept, left] = trimmed;
        const used = await tokens(kept);
        assert.ok(used <= max_tokens, `${used} of ${max_tokens}`);
        assert.equal(left, max_tokens - used);
        assert.deepEqual(orphans(kept), []);
        // Each kept message is one of the given, in their order, but for a shortened text.
        let from = 0;
        for (const one of kept) {
          const at = messages.findIndex(
            (given, index) =>
              index >= from &&
              given.role === one.role &&
              given.tool_call_id === one.tool_call_id &&
              JSON.stringify(given.tool_calls) === JSON.stringify(one.tool_calls),
          );
          assert.ok(at >= 0, "in order");
          from = at + 1;
        }
        const count = (list: readonly Message[]): number =>
          list.filter(({ role }) => role === "system").length;
        assert.equal(count(kept), count(messages));
        assert.equal(kept.at(-1)?.role, messages.at(-1)?.role);
      }),
      { numRuns: 150 },
    );
  });
});
