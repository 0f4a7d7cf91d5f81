// What the host says is what is shown: turns that come, grow, end and go, and a gap that is noticed.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, question, settled } from "./samples.ts";

/** What the turns say, without what is shown around it. */
async function wordsOf(chat: ChatPage): Promise<string[]> {
  const words = await chat.page.locator(".question .plain, .markdown").allTextContents();
  return words.map((text) => text.trim());
}

describe("the chat's transcript", () => {
  const open = chatsOfThisFile();

  it("shows an answer as it comes, and how it ended", async () => {
    const chat = await open();
    await chat.reset();
    const growing = begun();
    await chat.say({ type: "turn", turn: question("Hello?") }, { type: "turn", turn: growing });
    const shown = chat.page.locator('[data-role="assistant"]');
    assert.match((await shown.textContent()) ?? "", /Waiting for the answer/);
    await chat.say({ type: "delta", id: growing.id, text: "Some **stro", reasoning: "" });
    await chat.say({ type: "delta", id: growing.id, text: "ng** words", reasoning: "Well." });
    await poll("the words", PATIENCE_MS, async () => (await wordsOf(chat)).at(-1) === "Some strong words");
    assert.equal(await shown.locator("strong").textContent(), "strong");
    assert.equal(await shown.getAttribute("aria-busy"), "true");
    assert.equal(await shown.locator("details").getAttribute("open"), null, "reasoning is folded");
    await chat.say(settled({ ...answer("Some **strong** words"), id: growing.id }));
    assert.equal(await shown.getAttribute("data-state"), "done");
    assert.equal(await shown.getAttribute("aria-busy"), "false");
    assert.equal((await wordsOf(chat)).at(-1), "Some strong words", "its text stays");
    assert.match((await chat.page.locator(".announcer").textContent()) ?? "", /The answer is complete/);
  });

  it("takes turns away, and another session's in their place", async () => {
    const chat = await open();
    const [first, second] = [question("one"), question("two")];
    await chat.reset({ turns: [first, answer("1"), second, answer("2")] });
    await chat.say({ type: "removed", from: second.id });
    assert.deepEqual(await wordsOf(chat), ["one", "1"]);
    await chat.reset({ session: { id: "two", title: "Other" }, turns: [question("three")] });
    assert.deepEqual(await wordsOf(chat), ["three"]);
    await chat.say({ type: "session", id: "two", title: "Renamed" });
    assert.match((await chat.page.locator(".session").textContent()) ?? "", /Renamed/);
  });

  it("asks for everything when a message was lost, once, and shows nothing made of half", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [question("Hello?"), growing] });
    await chat.forget();
    await chat.say({ type: "delta", id: growing.id, text: "one ", reasoning: "" });
    chat.lose();
    await chat.say({ type: "delta", id: growing.id, text: "three ", reasoning: "" });
    await chat.say({ type: "delta", id: growing.id, text: "four", reasoning: "" });
    assert.equal((await chat.all("ready")).length, 1);
    assert.deepEqual(await wordsOf(chat), ["Hello?", "one"]);
    await chat.reset({ turns: [question("Hello?"), { ...growing, text: "one two three four" }] });
    await poll("all of it", PATIENCE_MS, async () => (await wordsOf(chat)).at(-1) === "one two three four");
  });

  it("counts the seconds down until an answer is asked for again", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [question("Hello?"), growing] });
    // Each is there for a second or less: the page itself keeps what it said.
    const said = await chat.page.evaluateHandle(() => {
      const lines: string[] = [];
      const look = new MutationObserver(() => {
        for (const line of document.querySelectorAll(".retrying")) lines.push(line.textContent ?? "");
      });
      look.observe(document.body, { subtree: true, childList: true, characterData: true });
      return lines;
    });
    await chat.say({
      type: "progress",
      id: growing.id,
      progress: { failed: "RateLimitError", status_code: 429, wait_ms: 2_500, deployment: "second" },
    });
    const line = chat.page.locator(".retrying");
    assert.match((await chat.page.locator(".announcer").textContent()) ?? "", /trying again in 3 s/);
    await poll("the wait to be over", PATIENCE_MS, async () =>
      /again now/.test((await line.textContent()) ?? ""),
    );
    const lines = await said.jsonValue();
    assert.match(lines[0] ?? "", /RateLimitError \(429\) · Trying again in 3 s on second/);
    assert.ok(
      lines.some((one) => /in 2 s/.test(one)),
      lines.join("\n"),
    );
    await chat.say({ type: "progress", id: growing.id, progress: null });
    assert.equal(await line.count(), 0);
  });

  it("says what failed, and offers what helps", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset();
    await chat.say({ type: "turn", turn: question("Hello?") }, { type: "turn", turn: growing });
    const error = { name: "AuthenticationError", message: "The key was refused." };
    await chat.say(settled({ ...growing, state: "error", error }));
    const alert = chat.page.getByRole("alert");
    assert.match((await alert.textContent()) ?? "", /AuthenticationError.*The key was refused/s);
    await chat.button("Retry").click();
    assert.deepEqual(await chat.posted("retry"), { type: "retry", id: growing.id });
    await chat.button("Set API Key").click();
    await chat.button("Show Log").click();
    await chat.posted("setApiKey");
    await chat.posted("showLog");
  });

  it("Escape stops an answer wherever the cursor is, and nothing when none comes", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [question("Hello?"), growing] });
    await chat.page.locator("main").click();
    await chat.page.keyboard.press("Escape");
    await chat.posted("stop");
    await chat.say(settled({ ...growing, state: "stopped" }));
    await chat.forget();
    await chat.page.keyboard.press("Escape");
    assert.deepEqual(await chat.all("stop"), []);
  });

  it("asks again, with another model, in a new chat: for the last answer", async () => {
    const chat = await open();
    const [old, last] = [answer("1"), answer("2")];
    await chat.reset({ turns: [question("one"), old, question("two"), last] });
    assert.equal(await chat.button("Retry").count(), 1);
    assert.equal(await chat.button("Branch").count(), 2);
    await chat.button("Retry").click();
    await chat.button("Regenerate with…").click();
    await chat.button("Branch").first().click();
    await chat.button("Copy answer").first().click();
    assert.equal((await chat.posted("retry")).id, last.id);
    assert.equal((await chat.posted("regenerate")).id, last.id);
    assert.equal((await chat.posted("branch")).id, old.id);
    assert.equal((await chat.posted("copy")).text, "1");
    assert.equal(await chat.button("Copied").count(), 1);
  });

  it("a task list is shown and not operated; a link goes through the host", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer("- [x] done\n- [ ] open\n\n[here](https://example.invalid/a?b=1)")] });
    assert.equal(await chat.page.locator("input:enabled").count(), 0);
    await chat.page.getByRole("link", { name: "here" }).click();
    assert.equal((await chat.posted("openLink")).url, "https://example.invalid/a?b=1");
    const followed = await chat.page
      .getByRole("link", { name: "here" })
      .evaluate((link) => link.dispatchEvent(new MouseEvent("auxclick", { cancelable: true, button: 1 })));
    assert.equal(followed, false, "a middle click opens nothing");
    assert.equal((await chat.all("openLink")).length, 1);
  });
});
