// Mistral's tool ids: whatever the ids of a conversation are, each becomes nine letters and digits, the same one
// every time, and no two become one.

import assert from "node:assert/strict";
import fc from "fast-check";
import { joinReasoningDetails } from "../../server/providers/reasoning-details.ts";
import { ShortIds } from "../../server/providers/short-ids.ts";

describe("short ids", () => {
  it("are nine letters and digits, one for one", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string(), { maxLength: 50 }), (ids) => {
        const short = new ShortIds();
        const made = ids.map((id) => short.of(id));
        for (const one of made) assert.match(one, /^[a-zA-Z0-9]{9}$/);
        assert.equal(new Set(made).size, ids.length);
        assert.deepEqual(
          ids.map((id) => short.of(id)),
          made,
        );
      }),
    );
  });

  it("that fit already stay, even beside one that would become it", () => {
    const other = new ShortIds().of("call_1");
    const short = new ShortIds();
    assert.equal(short.of("Ab3dEf6h9"), "Ab3dEf6h9");
    assert.equal(short.of(other), other);
    assert.notEqual(short.of("call_1"), other);
  });

  it("are the same in every request", () => {
    assert.equal(new ShortIds().of("call_oslo_1"), new ShortIds().of("call_oslo_1"));
  });
});

describe("reasoning details in fragments", () => {
  const text = (index: number, text: string) => ({ type: "reasoning.text", index, text });

  it("become whole, by type and index", () => {
    const details = [
      text(0, "One "),
      text(0, "thought."),
      { type: "reasoning.text", index: 0, signature: "c2ln" },
      text(1, "Another."),
      { type: "reasoning.encrypted", index: 1, data: "AA", id: "a" },
      { type: "reasoning.encrypted", index: 1, data: "BB", id: "b" },
    ];
    assert.deepEqual(joinReasoningDetails({ role: "assistant", reasoning_details: details }), {
      role: "assistant",
      reasoning_details: [
        { ...text(0, "One thought."), signature: "c2ln" },
        text(1, "Another."),
        { type: "reasoning.encrypted", index: 1, data: "AA", id: "a" },
        { type: "reasoning.encrypted", index: 1, data: "BB", id: "b" },
      ],
    });
  });

  it("and a message without them stays itself", () => {
    const message = { role: "assistant", content: "Hello." };
    assert.equal(joinReasoningDetails(message), message);
  });
});
