// VS Code's chat messages as OpenAI's, and the calls that come back.

import assert from "node:assert/strict";
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

  it("carry audio, and what a tool gives in markup of its own", () => {
    const messages = [
      { role: 1, content: [{ callId: "c1", content: [{ value: { node: 1 } }, text(" and text")] }] },
      { role: 1, content: [data("audio/mpeg", "m"), data("audio/x-wav", "w")] },
    ];
    assert.deepEqual(toMessages(messages), [
      { role: "tool", tool_call_id: "c1", content: '{"node":1} and text' },
      {
        role: "user",
        content: [
          { type: "input_audio", input_audio: { data: "bQ==", format: "mp3" } },
          { type: "input_audio", input_audio: { data: "dw==", format: "wav" } },
        ],
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
