// The context meter and the messages to handlers: counted once typing pauses and never twice; and what is no message of
// the webview runs nothing.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { ContextMeter } from "../../server/protocol/webview.ts";
import { ContextGauge } from "../../src/chat/context-meter.ts";
import { dispatch, type Handlers } from "../../src/chat/dispatch.ts";
import { answerEntry, type Entry, questionEntry } from "../../src/chat/turns.ts";
import { poll } from "../host/poll.ts";

function asked(text: string): Entry {
  return questionEntry({ text, attachments: [], attached: [] });
}

function answered(
  text: string,
  prompt_tokens: number,
  completion_tokens: number,
  reasoning_tokens = 0,
): Entry {
  const entry = answerEntry("m", null);
  Object.assign(entry.turn, {
    state: "done",
    text,
    usage: {
      prompt_tokens,
      completion_tokens,
      total_tokens: prompt_tokens + completion_tokens,
      completion_tokens_details: { reasoning_tokens },
    },
  });
  return entry;
}

describe("context meter", () => {
  const counts: string[] = [];
  const shown: (ContextMeter | null)[] = [];
  let entries: Entry[] = [];
  let draft = "";
  let hasOlder = false;
  let model: string | null = "m";
  let gauge: ContextGauge;

  beforeEach(() => {
    counts.splice(0);
    shown.splice(0);
    entries = [];
    draft = "";
    hasOlder = false;
    model = "m";
    gauge = new ContextGauge({
      read: () => ({ entries, hasOlder, draft: asked(draft), model }),
      limitOf: async () => 1_000,
      count: async (_model, messages) => {
        counts.push(messages.map(({ content }) => content).join("|"));
        return { tokens: messages.length * 10, exact: true };
      },
      changed: (meter) => shown.push(meter),
    });
  });
  afterEach(() => gauge.dispose());

  async function measured(count = 1): Promise<ContextMeter | null | undefined> {
    gauge.touch();
    await poll("the meter", 5_000, () => shown.length >= count);
    return shown.at(-1);
  }

  it("is what the provider counted of the last answer, and a count of what came after it", async () => {
    entries = [asked("one"), answered("two", 100, 50, 20), asked("three")];
    draft = "four";
    assert.deepEqual(await measured(), { used: 130 + 20, limit: 1_000, exact: true });
    assert.deepEqual(counts, ["three|four"]);
    model = "another";
    assert.deepEqual(await measured(2), { used: 150, limit: 1_000, exact: false });
  });

  it("counts everything where no answer said so; what is not in memory makes it an estimate", async () => {
    entries = [asked("one")];
    hasOlder = true;
    assert.deepEqual(await measured(), { used: 10, limit: 1_000, exact: false });
  });

  it("counts once for many keys, and not again for the same", async () => {
    for (draft of ["a", "ab", "abc"]) gauge.touch();
    await measured();
    assert.deepEqual(counts, ["abc"]);
    gauge.touch();
    draft = "abcd";
    gauge.touch();
    await poll("the next count", 5_000, () => counts.length >= 2);
    assert.deepEqual(counts, ["abc", "abcd"]);
  });

  it("shows nothing of an empty chat", async () => {
    draft = "a";
    await measured();
    draft = "";
    assert.equal(await measured(2), null);
    assert.deepEqual(counts, ["a"]);
  });
});

describe("messages to the host", () => {
  it("10,000 random ones: no exception, nothing run", async () => {
    const run: string[] = [];
    const handlers = new Proxy({} as Handlers, {
      get: (_, type) => (message: unknown) => run.push(`${String(type)} ${JSON.stringify(message)}`),
    });
    await dispatch({ type: "showLog" }, handlers);
    assert.deepEqual(run.splice(0), ['showLog {"type":"showLog"}'], "what is one is run");
    const names = [
      "send",
      "code",
      "attachImage",
      "showLog ",
      "constructor",
      "__proto__",
      "toString",
      "run",
      "",
    ];
    const message = fc.oneof(
      fc.anything(),
      fc.record({ type: fc.constantFrom(...names), id: fc.anything(), command: fc.string() }),
      fc.dictionary(fc.string(), fc.anything()),
    );
    let count = 0;
    await fc.assert(
      fc.asyncProperty(message, async (value) => {
        count += 1;
        await dispatch(value, handlers);
        assert.deepEqual(run, []);
      }),
      { numRuns: 10_000 },
    );
    assert.ok(count >= 10_000);
  });
});
