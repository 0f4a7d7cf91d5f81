// The conversation in the backend's store: a question stands there before it is sent, an answer as it comes, once each
// however often writing fails; it opens by its end alone, and the model is still told all that fits.

import assert from "node:assert/strict";
import { APIConnectionError, BadRequestError } from "../../server/protocol/errors.ts";
import { Sessions } from "../../server/store/sessions.ts";
import { PAGE, Transcript } from "../../src/chat/transcript.ts";
import { poll } from "../host/poll.ts";
import { chunk, END, Harness, turnOfTheLoop } from "./chat-harness.ts";

describe("chat session in the store", () => {
  let harness: Harness;
  beforeEach(() => {
    harness = new Harness();
  });
  afterEach(() => harness.outbox.dispose());

  async function textsKept(): Promise<[string, string][]> {
    return (await harness.reopened()).turns.map(({ text, state }) => [text, state]);
  }

  it("has the question before the model is asked, and the answer while it streams", async () => {
    const done = harness.send("what is it?", "m");
    const stream = await harness.calls(1);
    // At the moment of asking.
    assert.deepEqual(await textsKept(), [
      ["what is it?", "done"],
      ["", "elsewhere"],
    ]);
    stream.push([chunk("a "), chunk("first part")]);
    await poll("the growth in the store", 5_000, async () => (await textsKept())[1]?.[0] === "a first part");
    stream.push([chunk(", a second")]);
    const attempt_records = [
      { attempt: 1, outcome: "RateLimitError", status_code: 429, ms: 12, waited_ms: 900 },
      { attempt: 2, outcome: "ok", ms: 300 },
    ];
    stream.finish({ ...END, cost_usd: 0.25, attempts: 2, attempt_records });
    await done;
    await harness.session.flush();
    const { turns } = await harness.reopened();
    assert.deepEqual(structuredClone(turns), structuredClone(harness.session.turns), "read back as it was");
    assert.deepEqual([turns[1]?.text, turns[1]?.cost_usd], ["a first part, a second", 0.25]);
    assert.deepEqual(turns[1]?.attempt_records, attempt_records);
    const written = harness.orders.flatMap(({ entries }) => entries).filter(({ type }) => type === "delta");
    const characters = written.map((entry) => ("text" in entry ? (entry.text?.length ?? 0) : 0));
    assert.equal(
      characters.reduce((sum, count) => sum + count, 0),
      "a first part, a second".length,
      "each character is written once",
    );
  });

  it("a store that fails hurts nothing, and gets everything once when it is well", async () => {
    harness.broken = new APIConnectionError("the backend is gone");
    const done = harness.send("one", "m");
    const stream = await harness.calls(1);
    stream.push([chunk("answer")]);
    stream.finish(END);
    await done;
    assert.deepEqual([harness.last().text, harness.last().state], ["answer", "done"]);
    assert.equal(harness.failures.length, 1, "told once");
    harness.broken = undefined;
    await harness.session.flush();
    assert.deepEqual(await textsKept(), [
      ["one", "done"],
      ["answer", "done"],
    ]);
  });

  it("an order whose answer got lost is given again, and adds nothing twice", async () => {
    const lost = new Harness({}, harness.sessions);
    const { sessions } = harness;
    const append = sessions.append.bind(sessions);
    let losses = 0;
    sessions.append = async (order) => {
      const info = await append(order);
      losses += 1;
      if (losses <= 2) throw new APIConnectionError("killed after it was written");
      return info;
    };
    const done = lost.send("one", "m");
    const stream = await lost.calls(1);
    stream.push([chunk("answer")]);
    await lost.session.flush();
    await lost.session.flush();
    stream.finish(END);
    await done;
    await lost.session.flush();
    assert.ok(losses > 2);
    assert.deepEqual(await textsKept(), [
      ["one", "done"],
      ["answer", "done"],
    ]);
    lost.outbox.dispose();
  });

  it("an entry that is refused keeps none that follows waiting", async () => {
    harness.broken = new BadRequestError("no such entry");
    const first = harness.send("refused", "m");
    (await harness.calls(1)).finish(END);
    await first;
    await harness.session.flush();
    harness.broken = undefined;
    const second = harness.send("taken", "m");
    (await harness.calls(2)).finish(END);
    await second;
    await harness.session.flush();
    assert.deepEqual(
      (await textsKept()).map(([text]) => text),
      ["taken", ""],
    );
  });

  it("what is cut, taken back or asked again is so in the store too", async () => {
    const first = harness.send("one", "m");
    (await harness.calls(1)).fail(new APIConnectionError("no"));
    await first;
    const again = harness.session.retry(harness.last().id, "m");
    const stream = await harness.calls(2);
    stream.push([chunk("yes")]);
    stream.finish(END);
    await again;
    const second = harness.send("two", "m");
    (await harness.calls(3)).finish(END);
    await second;
    harness.session.takeBack(harness.session.turns[2]?.id ?? "");
    await harness.session.flush();
    assert.deepEqual(await textsKept(), [
      ["one", "done"],
      ["yes", "done"],
    ]);
  });
});

describe("a chat of 5,000 messages", () => {
  const sessions = new Sessions(undefined, () => Date.now());
  const reads: number[] = [];
  const read = (before: number | null, limit: number) => {
    reads.push(limit);
    return sessions.read({ session_id: "long", before, limit });
  };

  before(async () => {
    const entries = Array.from({ length: 5_000 }, (_, index) => ({
      type: "message" as const,
      message: {
        id: `t${index}`,
        role: index % 2 === 0 ? "user" : "assistant",
        text: `message ${index}`,
      },
    }));
    await sessions.append({ session_id: "long", entries });
  });
  beforeEach(() => reads.splice(0));

  async function opened(): Promise<Transcript> {
    const transcript = new Transcript(read);
    await transcript.open();
    return transcript;
  }

  it("opens by its newest page", async () => {
    const begun = performance.now();
    const transcript = await opened();
    const { turns, earlier } = transcript.tail();
    console.log(`      opened in ${(performance.now() - begun).toFixed(1)} ms`);
    assert.deepEqual([turns.length, earlier, turns.at(-1)?.text], [PAGE, true, "message 4999"]);
    assert.deepEqual(reads, [PAGE]);
  });

  it("older ones come by page, each once and in order, and are let go again", async () => {
    const transcript = await opened();
    const seen = [...transcript.tail().turns];
    for (;;) {
      const page = await transcript.earlier(seen[0]?.id ?? "");
      assert.ok(page);
      assert.ok(page.turns.length <= PAGE);
      seen.unshift(...page.turns);
      if (!page.earlier) break;
    }
    assert.deepEqual(
      seen.map(({ text }) => text),
      Array.from({ length: 5_000 }, (_, index) => `message ${index}`),
    );
    assert.deepEqual(transcript.tail().turns, seen.slice(-PAGE));
    assert.equal(transcript.entries.length, PAGE, "the host keeps what is shown");
    assert.deepEqual((await transcript.earlier("t4950"))?.turns.at(-1)?.text, "message 4949");
  });

  it("two that scroll at once get the same page", async () => {
    const transcript = await opened();
    const [one, two] = await Promise.all([transcript.earlier("t4950"), transcript.earlier("t4950")]);
    assert.deepEqual(one, two);
    assert.equal(transcript.entries.length, 2 * PAGE);
  });

  it("the model is told the whole of it where that fits, else the newest that does", async () => {
    for (const [limit, from] of [
      [null, 0],
      [200_000, 0],
      [10_000, undefined],
    ] as const) {
      const harness = new Harness({
        transcript: await opened(),
        limitOf: async () => limit,
        leftOut: () => "left out",
      });
      const done = harness.send("and now?", "m");
      (await harness.calls(1)).finish(END);
      await done;
      const contents = harness.asked[0]?.messages.map(({ content }) => content) ?? [];
      assert.equal(contents.at(-1), "and now?");
      assert.equal(contents.at(-2), "message 4999");
      if (from !== undefined) assert.equal(contents.length, 5_001 - from);
      else {
        assert.ok(contents.length > 200 && contents.length < 5_000, `${contents.length}`);
        assert.equal(harness.asked[0]?.messages[0]?.role, "user");
      }
      assert.deepEqual(harness.last().warnings, from === undefined ? ["left out"] : []);
      harness.outbox.dispose();
    }
  });

  it("who scrolls up, or comes back, while an answer is asked for changes nothing of what the model is told", async () => {
    const oldest = (transcript: Transcript): string => transcript.turns[0]?.id ?? "";
    const meanwhile: [string, (transcript: Transcript) => unknown][] = [
      ["scrolls up", (transcript) => transcript.earlier(oldest(transcript))],
      ["comes back", (transcript) => transcript.tail()],
    ];
    for (const [what, happens] of meanwhile) {
      for (const models of [["m"], ["m", "n"]]) {
        const transcript = await opened();
        await transcript.earlier(oldest(transcript));
        const limits = Promise.withResolvers<null>();
        const harness = new Harness({ transcript, limitOf: () => limits.promise });
        const done = harness.send("and now?", ...models.map(async (model) => model));
        await happens(transcript);
        await turnOfTheLoop();
        await happens(transcript);
        limits.resolve(null);
        for (const call of models.keys()) (await harness.calls(call + 1)).finish(END);
        await done;
        for (const { messages } of harness.asked) {
          assert.equal(messages.at(-1)?.content, "and now?", what);
          assert.equal(messages.length, 5_001, what);
        }
        harness.outbox.dispose();
      }
    }
  });

  it("what is scrolled to while the older ones are read for the model is told it once", async () => {
    const transcript = await opened();
    const fetchPictures = transcript.fetchPictures.bind(transcript);
    transcript.fetchPictures = async (...entries) => {
      if (entries.length > 0) await transcript.earlier(transcript.turns[0]?.id ?? "");
      return fetchPictures(...entries);
    };
    const harness = new Harness({ transcript, limitOf: async () => null });
    const done = harness.send("and now?", "m");
    (await harness.calls(1)).finish(END);
    await done;
    const contents = harness.asked[0]?.messages.map(({ content }) => content);
    assert.deepEqual(contents, [
      ...Array.from({ length: 5_000 }, (_, index) => `message ${index}`),
      "and now?",
    ]);
    harness.outbox.dispose();
  });
});
