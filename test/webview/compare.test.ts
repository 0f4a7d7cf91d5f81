// Several models' answers to one question: side by side where there is room, each by itself, one picked to go on with.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, question, settled } from "./samples.ts";

const MODELS = ["mock/echo", "mock/lorem", "mock/slow", "mock/other"];

const side = (count: number, picked = -1) =>
  MODELS.slice(0, count).map((model, index) =>
    answer(`Answer of ${model}`, { model, compare: { group: "g", picked: index === picked } }),
  );

/** How many answers stand in each line of the grid. */
const lines = (chat: ChatPage): Promise<number[]> =>
  chat.page.locator(".compare").evaluate((row) => {
    const tops = [...row.children].map((column) => Math.round(column.getBoundingClientRect().top));
    return [...new Set(tops)].map((top) => tops.filter((other) => other === top).length);
  });

describe("answers side by side", () => {
  const open = chatsOfThisFile();

  for (const [width, count, expected] of [
    [320, 2, [1, 1]],
    [320, 4, [1, 1, 1, 1]],
    [800, 2, [2]],
    [800, 3, [3]],
    [800, 4, [2, 2]],
    [1_400, 4, [4]],
  ] as const) {
    it(`${count} on ${width} px stand ${expected.join(" + ")}`, async () => {
      const chat = await open({ width });
      await chat.reset({ turns: [question("Who?"), ...side(count)] });
      assert.deepEqual(await lines(chat), [...expected]);
    });
  }

  it("times are written as the page's language writes numbers", async () => {
    const chat = await open({ width: 800, language: "de" });
    const [ended] = side(1);
    const running = begun({ model: "mock/slow", compare: { group: "g", picked: false } });
    assert.ok(ended);
    await chat.reset({ turns: [question("Who?"), { ...ended, ms_total: 3_210 }, running] });
    const heads = chat.page.locator(".column-head p");
    assert.match((await heads.nth(0).textContent()) ?? "", /^3,2\u00a0s · /);
    assert.match((await heads.nth(1).textContent()) ?? "", /^\d,\d\u00a0s$/);
  });

  it("each streams by itself, and says its time, tokens and cost", async () => {
    const chat = await open({ width: 800 });
    await chat.reset();
    const [one, two] = MODELS.slice(0, 2).map((model) =>
      begun({ model, compare: { group: "g", picked: false } }),
    );
    assert.ok(one && two);
    await chat.say(
      { type: "turn", turn: question("Who?") },
      { type: "turn", turn: one },
      { type: "turn", turn: two },
      { type: "delta", id: two.id, text: "second", reasoning: "" },
      { type: "delta", id: one.id, text: "first", reasoning: "" },
    );
    const column = (name: string) => chat.page.getByRole("article", { name: `Answer of ${name}` });
    for (const [name, words] of [
      ["mock/echo", "first"],
      ["mock/lorem", "second"],
    ] as const) {
      const text = column(name).locator(".markdown");
      await poll(words, PATIENCE_MS, async () => (await text.textContent())?.trim() === words);
    }
    const clock = column("mock/lorem").getByRole("timer");
    await poll("the time to go on", PATIENCE_MS, async () =>
      /^0\.[2-9] s|^[1-9]/.test((await clock.textContent()) ?? ""),
    );
    await chat.say(settled({ ...answer("second", { model: two.model, compare: two.compare }), id: two.id }));
    const head = ((await column("mock/lorem").locator("header").textContent()) ?? "").replaceAll(
      "\u00a0",
      " ",
    );
    assert.equal(head, "mock/lorem3.2 s · 1,204 → 386 tokens · $0.00041");
    assert.equal(await column("mock/echo").getAttribute("data-state"), "streaming");
    assert.match((await chat.page.locator(".announcer").textContent()) ?? "", /^mock\/lorem: /);
    assert.equal(await chat.button("Stop").count(), 1, "until the last of them ended");
    assert.equal(await chat.button("Stop mock/lorem").count(), 0);
    await chat.button("Stop mock/echo").click();
    assert.deepEqual(await chat.posted("stop"), { type: "stop", id: one.id });
  });

  it("one is asked again in its place, the others stay", async () => {
    const chat = await open();
    const [first, second] = side(2);
    assert.ok(first && second);
    await chat.reset({ turns: [question("Who?"), first, second] });
    const column = chat.page.getByRole("article", { name: "Answer of mock/echo" });
    await column.getByRole("button", { name: "Retry" }).click();
    assert.equal((await chat.posted("retry")).id, first.id);
    // As the host tells it: what follows comes again.
    await chat.say(
      { type: "removed", from: first.id },
      { type: "turn", turn: begun({ id: first.id, model: first.model, compare: first.compare }) },
      { type: "turn", turn: second },
    );
    assert.equal(await chat.page.locator(".compare").count(), 1);
    assert.equal(await column.getAttribute("data-state"), "streaming");
    const other = chat.page.getByRole("article", { name: "Answer of mock/lorem" });
    assert.equal((await other.locator(".markdown").textContent())?.trim(), "Answer of mock/lorem");
  });

  it("one is picked, and can be changed until the conversation went on", async () => {
    const chat = await open();
    const [first, second] = side(2);
    assert.ok(first && second);
    await chat.reset({ turns: [question("Who?"), first, second] });
    await chat.button("Go on with this one: mock/lorem").click();
    assert.equal((await chat.posted("pick")).id, second.id);
    await chat.say({ type: "picked", group: "g", id: second.id });
    assert.equal(await chat.page.locator(".picked").getAttribute("aria-label"), "Answer of mock/lorem");
    assert.equal(await chat.page.getByText("Going on with this one").count(), 1);
    assert.equal(await chat.button("Go on with this one: mock/echo").count(), 1);
    await chat.say({ type: "turn", turn: question("And?") });
    assert.equal(await chat.button(/^Go on with this one/).count(), 0);
    assert.equal(await chat.button("Retry").count(), 0);
  });

  it("an unknown cost is unknown in its column too", async () => {
    const chat = await open();
    await chat.reset({
      turns: [
        answer("a", { model: "mock/echo", cost_usd: null, compare: { group: "g", picked: false } }),
        answer("b", { model: "mock/lorem", cost_usd: 0, compare: { group: "g", picked: false } }),
      ],
    });
    const heads = await chat.page.locator(".column-head").allTextContents();
    assert.match(heads[0] ?? "", /cost unknown$/);
    assert.match(heads[1] ?? "", /\$0\.00$/);
  });
});
