// VS Code's chat messages as OpenAI's, the calls that come back, and who may ask.

import assert from "node:assert/strict";
import { type Access, AccessList } from "../../src/lm/access.ts";
import { toMessages } from "../../src/lm/to-messages.ts";
import { ToolCallParts } from "../../src/lm/tool-call-parts.ts";

const text = (value: string): object => ({ value });
const data = (mimeType: string, bytes: string): object => ({
  mimeType,
  data: new TextEncoder().encode(bytes),
});

describe("VS Code's chat messages", () => {
  it("keep roles, the one the typings do not name too", () => {
    const messages = [
      { role: 3, content: [text("be brief")] },
      { role: 1, content: [text("hi")], name: "ann" },
      { role: 2, content: [text("hello")] },
    ];
    assert.deepEqual(toMessages(messages), [
      { role: "system", content: "be brief" },
      { role: "user", content: "hi", name: "ann" },
      { role: "assistant", content: "hello" },
    ]);
  });

  it("carry calls, and their results before what the user adds", () => {
    const messages = [
      { role: 2, content: [{ callId: "c1", name: "read", input: { path: "a" } }] },
      {
        role: 1,
        content: [{ callId: "c1", content: [text("contents"), data("image/png", "x")] }, text("and now?")],
      },
    ];
    assert.deepEqual(toMessages(messages), [
      {
        role: "assistant",
        content: null,
        tool_calls: [{ id: "c1", type: "function", function: { name: "read", arguments: '{"path":"a"}' } }],
      },
      { role: "tool", tool_call_id: "c1", content: "contents" },
      {
        role: "user",
        content: [
          { type: "image_url", image_url: { url: "data:image/png;base64,eA==" } },
          { type: "text", text: "and now?" },
        ],
      },
    ]);
  });

  it("carry pictures, documents, cache marks and signed thoughts", () => {
    const messages = [
      {
        role: 1,
        content: [
          text("look"),
          data("image/jpeg", "j"),
          data("application/pdf", "p"),
          data("cache_control", ""),
        ],
      },
      { role: 2, content: [{ value: "hm", id: "t", metadata: { signature: "sig" } }, text("ok")] },
    ];
    assert.deepEqual(toMessages(messages), [
      {
        role: "user",
        content: [
          { type: "text", text: "look" },
          { type: "image_url", image_url: { url: "data:image/jpeg;base64,ag==" } },
          {
            type: "file",
            file: { file_data: "data:application/pdf;base64,cA==" },
            cache_control: { type: "ephemeral" },
          },
        ],
      },
      {
        role: "assistant",
        content: "ok",
        thinking_blocks: [{ type: "thinking", thinking: "hm", signature: "sig" }],
      },
    ]);
  });

  it("skip parts nobody here knows", () => {
    assert.deepEqual(toMessages([{ role: 1, content: [{ strange: 1 }, null, 5, text("x")] }]), [
      { role: "user", content: "x" },
    ]);
  });
});

describe("a stream's tool calls", () => {
  it("are put together by index, and lose nothing that is no JSON", () => {
    const calls = new ToolCallParts();
    calls.push({ index: 1, id: "b", function: { name: "two", arguments: "not json" } });
    calls.push({ index: 0, id: "a", function: { name: "one", arguments: '{"x":' } });
    calls.push({ index: 0, function: { arguments: "1}" } });
    calls.push({ index: 2, id: "c", function: { name: "three" } });
    assert.deepEqual(calls.finish(), [
      { id: "a", name: "one", input: { x: 1 } },
      { id: "b", name: "two", input: { arguments: "not json" } },
      { id: "c", name: "three", input: {} },
    ]);
  });
});

describe("access of other extensions", () => {
  function list(answers: (Access | undefined)[]): { list: AccessList; asked: string[]; kept: () => unknown } {
    let kept: Record<string, Access> | undefined;
    const asked: string[] = [];
    const memory = {
      get: () => kept,
      update: async (_key: string, value: Record<string, Access>) => {
        kept = value;
      },
    };
    const ask = async (caller: string): Promise<Access | undefined> => {
      asked.push(caller);
      return answers.shift();
    };
    return { list: new AccessList(memory, ask), asked, kept: () => kept };
  }

  it("is asked for once, remembered, and forgotten when told so", async () => {
    const { list: own, asked } = list(["allowed", "denied"]);
    assert.deepEqual(await Promise.all([own.allows("A.b"), own.allows("a.B")]), [true, true]);
    assert.equal(await own.allows("a.b"), true);
    assert.deepEqual(asked, ["a.b"]);
    await own.set("a.b", undefined);
    assert.equal(await own.allows("a.b"), false);
    assert.deepEqual(own.all(), { "a.b": "denied" });
  });

  it("is not given, nor remembered, without an answer", async () => {
    const { list: own, kept, asked } = list([undefined, undefined]);
    assert.equal(await own.allows("a.b"), false);
    assert.equal(await own.allows("a.b"), false);
    assert.deepEqual([kept(), asked.length], [undefined, 2]);
  });

  it("needs no question for the editor itself; one without a name is asked for", async () => {
    const { list: own, asked } = list(["denied"]);
    assert.deepEqual(await Promise.all([own.allows("core"), own.allows("edgequake.edgequake")]), [
      true,
      true,
    ]);
    assert.equal(await own.allows(undefined), false);
    assert.deepEqual(asked, ["an unnamed extension"]);
  });
});
