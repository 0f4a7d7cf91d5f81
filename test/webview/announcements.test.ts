// What a screen reader is told by itself: that an answer begins, waits and ends, what went wrong, that something was
// copied; never its words as they come.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, EXPLAINS, question, settled } from "./samples.ts";

/** Keeps every change of what is spoken by itself: live regions, and what implies one, unless it is switched off. */
async function listen(chat: ChatPage): Promise<() => Promise<string[]>> {
  await chat.page.evaluate(() => {
    const heard: string[] = [];
    Object.assign(window, { heard });
    const speaks = (node: Node): Element | undefined => {
      for (let at = node instanceof Element ? node : node.parentElement; at; at = at.parentElement) {
        const live = at.getAttribute("aria-live");
        if (live === "off") return undefined;
        if (live !== null || /^(alert|status|log)$/.test(at.getAttribute("role") ?? "")) return at;
        if (/^(timer|marquee)$/.test(at.getAttribute("role") ?? "")) return undefined;
      }
      return undefined;
    };
    new MutationObserver((changes) => {
      const regions = changes.flatMap(({ target, addedNodes }) =>
        [
          target,
          ...[...addedNodes].flatMap((node) =>
            node instanceof Element ? [node, ...node.querySelectorAll("*")] : [],
          ),
        ].map(speaks),
      );
      for (const region of new Set(regions)) {
        const text = region?.textContent?.trim() ?? "";
        if (text !== "") heard.push(text);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true });
  });
  return () => chat.page.evaluate(() => (window as unknown as { heard: string[] }).heard);
}

describe("what a screen reader is told", () => {
  const open = chatsOfThisFile();

  async function ask(chat: ChatPage) {
    const growing = begun();
    await chat.say({ type: "turn", turn: question("Hello?") }, { type: "turn", turn: growing });
    return growing;
  }

  it("an answer's beginning and end, and nothing while it comes", async () => {
    const chat = await open();
    await chat.reset();
    const heard = await listen(chat);
    const growing = await ask(chat);
    for (let at = 0; at < EXPLAINS.length; at += 9) {
      await chat.say({ type: "delta", id: growing.id, text: EXPLAINS.slice(at, at + 9), reasoning: "hm " });
    }
    await chat.say({ type: "context", context: { used: 400, limit: 8_000, exact: true } });
    await chat.say(settled({ ...answer(EXPLAINS), id: growing.id }));
    assert.deepEqual(await heard(), ["The answer begins", "The answer is complete"]);
  });

  it("that it waits, once; the seconds that pass are not spoken", async () => {
    const chat = await open();
    await chat.reset();
    const heard = await listen(chat);
    const growing = await ask(chat);
    const progress = { failed: "RateLimitError", status_code: 429, wait_ms: 1_500, deployment: "second" };
    await chat.say({ type: "progress", id: growing.id, progress });
    await poll("the wait to pass", PATIENCE_MS, async () =>
      /again now/.test((await chat.page.locator(".retrying").textContent()) ?? ""),
    );
    await chat.say({ type: "progress", id: growing.id, progress: null });
    assert.deepEqual(await heard(), ["The answer begins", "RateLimitError, trying again in 2 s"]);
  });

  it("what went wrong, with what it was", async () => {
    const chat = await open();
    await chat.reset();
    const heard = await listen(chat);
    const growing = await ask(chat);
    const error = { name: "AuthenticationError", message: "The key was refused." };
    await chat.say(settled({ ...growing, state: "error", error }));
    const spoken = await heard();
    assert.equal(spoken[0], "The answer begins");
    assert.equal(spoken.filter((text) => text.includes("The key was refused.")).length, 1);
    assert.ok(spoken.length <= 3, spoken.join(" / "));
  });

  it("of answers side by side: which one ended", async () => {
    const chat = await open();
    await chat.reset();
    const heard = await listen(chat);
    const side = ["a/one", "b/two"].map((model) => begun({ model, compare: { group: "g", picked: false } }));
    await chat.say(
      { type: "turn", turn: question("Hello?") },
      ...side.map((turn) => ({ type: "turn" as const, turn })),
    );
    for (const turn of side) await chat.say({ type: "delta", id: turn.id, text: "Words.", reasoning: "" });
    for (const turn of side) await chat.say(settled({ ...turn, state: "done" }));
    assert.deepEqual(await heard(), [
      "The answer begins",
      "a/one: The answer is complete",
      "b/two: The answer is complete",
    ]);
  });

  it("that an answer is cut, withheld or empty, not that it is complete", async () => {
    for (const [note, said] of [
      ["length", "The model's length limit cut the answer off here."],
      ["content_filter", "The provider's content filter ended the answer here."],
      ["empty", "The model answered with no text."],
    ] as const) {
      const chat = await open();
      await chat.reset();
      const heard = await listen(chat);
      const growing = await ask(chat);
      await chat.say(settled({ ...growing, state: "done", note }));
      assert.deepEqual(await heard(), ["The answer begins", said]);
    }
  });

  it("what was there when the page was opened is not announced", async () => {
    const chat = await open();
    const heard = await listen(chat);
    await chat.reset({
      turns: [
        question("Hello?"),
        answer("", { state: "error", error: { name: "Timeout", message: "Too late." } }),
      ],
    });
    assert.deepEqual(await heard(), []);
  });

  it("a notice, and that something was copied, each time", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer("Yes.")] });
    const heard = await listen(chat);
    await chat.say({ type: "notice", text: "dump.sql is too large to attach (48 MB)." });
    for (let times = 0; times < 2; times += 1) await chat.page.locator(".end .tools button").first().click();
    assert.deepEqual(
      (await heard()).map((text) => text.trim()),
      ["dump.sql is too large to attach (48 MB).", "Copied", "Copied"],
    );
  });
});
