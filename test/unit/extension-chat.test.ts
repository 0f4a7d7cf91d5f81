// The conversation and its messages to the webview, without VS Code: what is typed stands there at once, what came
// is kept however a call ends, and the messages rebuild exactly what the host has.

import assert from "node:assert/strict";
import { APIConnectionError } from "../../server/protocol/errors.ts";
import { chunk, END, Harness, turnOfTheLoop } from "./chat-harness.ts";

describe("chat session", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => harness.outbox.dispose());

  it("shows the question at once, also while the model is still being found", async () => {
    let found = (_model: string): void => {};
    const model = new Promise<string>((resolve) => {
      found = resolve;
    });
    const done = harness.send("hello", model);
    assert.deepEqual(
      harness.session.turns.map(({ role, text, state }) => [role, text, state]),
      [
        ["user", "hello", "done"],
        ["assistant", "", "streaming"],
      ],
    );
    found("mock/echo");
    const stream = await harness.calls(1);
    assert.deepEqual(harness.asked, [
      {
        model: "mock/echo",
        messages: [{ role: "user", content: "hello" }],
        attribution: { caller: "edgequake.chat", session: "chat-1" },
      },
    ]);
    stream.push([chunk("hi")]);
    stream.finish(END);
    await done;
    assert.deepEqual(
      [harness.last().text, harness.last().state, harness.last().model],
      ["hi", "done", "mock/echo"],
    );
    harness.same();
  });

  it("tells each model how hard to think, where it is to be told", async () => {
    const efforts: Record<string, string> = { "openai/thinks": "high" };
    const telling = new Harness({ effortOf: async (model) => efforts[model] ?? null });
    const done = telling.send("hello", "openai/thinks", "openai/does-not");
    await telling.calls(2);
    assert.deepEqual(
      telling.asked.map(({ model, ...rest }) => [model, "reasoning_effort" in rest && rest.reasoning_effort]),
      [
        ["openai/thinks", "high"],
        ["openai/does-not", false],
      ],
    );
    for (const stream of telling.streams) stream.finish(END);
    await done;
    telling.outbox.dispose();
  });

  it("stopped before a model is found asks nobody", async () => {
    const { promise, resolve } = Promise.withResolvers<string>();
    const done = harness.send("hello", promise);
    harness.session.stop();
    resolve("mock/echo");
    await done;
    assert.equal(harness.last().state, "stopped");
    assert.equal(harness.asked.length, 0);
    harness.same();
  });

  it("keeps what came when the call fails or is stopped, and tells the model so far", async () => {
    const failing = harness.send("one", "m");
    const first = await harness.calls(1);
    first.push([chunk("par"), chunk("tial")]);
    first.fail(new APIConnectionError({ message: "cut \u001b[31mhere\u202e" }));
    await failing;
    assert.deepEqual([harness.last().text, harness.last().state], ["partial", "error"]);
    assert.deepEqual(harness.last().error, { name: "APIConnectionError", message: "cut here" });
    assert.deepEqual(harness.shown.at(-1)?.error, { name: "APIConnectionError", message: "Cut here" });

    const stopped = harness.send("two", "m");
    (await harness.calls(2)).push([chunk("so far")]);
    await turnOfTheLoop();
    harness.session.stop();
    await stopped;
    assert.deepEqual([harness.last().text, harness.last().state], ["so far", "stopped"]);
    harness.same();

    const third = harness.send("three", "m");
    const empty = await harness.calls(3);
    assert.deepEqual(
      harness.asked[2]?.messages.map(({ content }) => content),
      ["one", "partial", "two", "so far", "three"],
    );
    empty.finish(END);
    await third;
    assert.equal(harness.last().note, "empty", "an answer without text says so");
  });

  it("asks again in the place of a failed answer, and replaces a question with what followed", async () => {
    const failing = harness.send("one", "m");
    (await harness.calls(1)).fail(new APIConnectionError("no"));
    await failing;
    const again = harness.session.retry(harness.last().id, "other");
    const second = await harness.calls(2);
    second.push([chunk("yes")]);
    second.finish({ ...END, finish_reasons: ["length"] });
    await again;
    assert.deepEqual(
      harness.session.turns.map(({ text }) => text),
      ["one", "yes"],
    );
    assert.equal(harness.last().note, "length");
    harness.same();

    const [question] = harness.session.turns;
    assert.ok(question);
    harness.session.takeBack(question.id);
    assert.deepEqual(harness.session.turns, []);
    harness.same();
  });

  it("sends growth as what is new only, and a resync in the middle changes nothing", async () => {
    const done = harness.send("count", "m");
    const stream = await harness.calls(1);
    let expected = "";
    for (let index = 0; index < 50; index += 1) {
      stream.push([chunk(`${index} `)]);
      expected += `${index} `;
      await turnOfTheLoop();
      if (index === 25) harness.resync();
    }
    stream.finish(END);
    await done;
    assert.equal(harness.last().text, expected);
    harness.same();
    const deltas = harness.sent.filter((message) => message.type === "delta");
    assert.ok(deltas.length >= 1 && deltas.length < 50, `${deltas.length} updates for 50 chunks`);
  });

  it("says why an answer waits, until the next request answers", async () => {
    const done = harness.send("one", "m");
    const stream = await harness.calls(1);
    harness.options[0]?.onStatus?.({
      kind: "retry",
      failed: "RateLimitError",
      status_code: 429,
      wait_ms: 12_000,
      attempt: 1,
      deployment: "second",
      model: null,
    });
    const waiting = { failed: "RateLimitError", status_code: 429, wait_ms: 12_000, deployment: "second" };
    assert.deepEqual(harness.shown[1]?.progress, waiting);
    stream.push([chunk("now")]);
    await turnOfTheLoop();
    assert.equal(harness.shown[1]?.progress, null);
    stream.finish({ ...END, attempts: 2 });
    await done;
    assert.deepEqual([harness.last().attempts, harness.last().progress], [2, null]);
    harness.same();
  });

  it("several models answer side by side; each is stopped, asked again and picked by itself", async () => {
    const done = harness.send("which?", "a", "b", "c");
    await harness.calls(3);
    const [, a, b, c] = harness.session.turns;
    assert.ok(a && b && c);
    assert.ok(a.compare !== null && a.compare.group === b.compare?.group);
    const [, two, three] = harness.streams;
    two?.push([chunk("from b")]);
    three?.push([chunk("from c")]);
    await turnOfTheLoop();
    harness.session.stop(a.id);
    two?.finish(END);
    await turnOfTheLoop();
    assert.ok(harness.session.busy, "c still streams");
    const again = harness.session.retry(a.id, "a2");
    const fourth = await harness.calls(4);
    assert.deepEqual(harness.asked[3]?.messages, harness.asked[0]?.messages, "the same question");
    fourth.push([chunk("from a2")]);
    three?.push([chunk(", and more")]);
    fourth.finish(END);
    three?.finish(END);
    await Promise.all([done, again]);
    const answers = harness.session.turns.slice(1).map(({ id, text, model }) => [id, text, model]);
    assert.deepEqual(answers, [
      [a.id, "from a2", "a2"],
      [b.id, "from b", "b"],
      [c.id, "from c, and more", "c"],
    ]);
    harness.same();

    harness.session.pick(c.id);
    harness.same();
    const next = harness.send("go on", "c");
    (await harness.calls(5)).finish(END);
    await next;
    assert.deepEqual(
      harness.asked[4]?.messages.map(({ content }) => content),
      ["which?", "from c, and more", "go on"],
    );
    await harness.session.flush();
    const { turns } = await harness.reopened();
    assert.deepEqual(structuredClone(turns), structuredClone(harness.session.turns), "kept as it is");
  });

  it("New Chat during an answer: nothing of it is told after, and all that came is kept", async () => {
    const done = harness.send("one", "m");
    (await harness.calls(1)).push([chunk("text")]);
    await turnOfTheLoop();
    const before = harness.sent.length;
    harness.session.leave();
    await done;
    await harness.session.flush();
    assert.equal(harness.sent.filter(({ type }) => type !== "delta").length, before);
    const { turns } = await harness.reopened();
    assert.deepEqual(
      turns.map(({ text, state }) => [text, state]),
      [
        ["one", "done"],
        ["text", "stopped"],
      ],
    );
  });
});
