// The chat in the real VS Code, by what a person sees: an answer streams, Stop stops it, New Chat empties it,
// markdown is shown safely, and a killed backend costs neither the text that came nor the next message.

import assert from "node:assert/strict";
import { isRunning, parentOf } from "../host/backends-of.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const ERROR_SHOWN_MS = 250;
const NEXT_ANSWER_MS = 1500;
const BACKEND_GONE_MS = 2000;

describe("chat view", function () {
  this.timeout(600_000);
  let window: CodeWindow;
  let chat: Chat;

  before(async () => {
    window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" } });
    chat = await Chat.open(window);
  });
  after(() => window?.close());

  it("starts no backend before the first message", () => {
    assert.deepEqual(window.backends(), []);
  });

  it("answers a message", async () => {
    await chat.send("Hello from the chat view");
    assert.match(await chat.answer(1, "done"), /Hello from the chat view/);
    assert.equal(await chat.input.inputValue(), "");
    assert.equal(window.backends().length, 1);
  });

  it("shows markdown, and nothing that markdown must not do", async () => {
    await chat.newChat();
    await chat.send(
      "# Title\n\n**strong** and `code`\n\n<img src=x onerror=alert(1)><script>alert(2)</script>",
    );
    await chat.answer(1, "done");
    const answer = chat.answers.first();
    assert.equal(await answer.locator("h1").textContent(), "Title");
    assert.equal(await answer.locator("strong").first().textContent(), "strong");
    assert.equal(await answer.locator("script").count(), 0);
    assert.equal(await answer.locator("[onerror]").count(), 0);
  });

  it("streams: the text grows while the answer is not done", async () => {
    await chat.newChat();
    await chat.chooseModel("mock/slow");
    await chat.send("Take your time");
    const early = await chat.streaming(1, 3);
    const later = await chat.streaming(1, 8);
    assert.ok(later.length > early.length);
    assert.ok(later.startsWith(early.trimEnd()));
  });

  it("Stop keeps what came and ends the call", async () => {
    const before = await chat.streaming(1, 10);
    await chat.button("Stop").click();
    await chat.answer(1, "stopped");
    const stopped = await chat.textOf(1);
    assert.ok(stopped.startsWith(before.trimEnd()));
    await chat.chooseModel("mock/echo");
    await chat.send("after the stop");
    assert.match(await chat.answer(2, "done"), /after the stop/);
    assert.equal(await chat.textOf(1), stopped, "a stopped answer does not grow");
  });

  it("a backend killed mid-stream: the text is kept, the error shown, the next message works", async () => {
    await chat.newChat();
    await chat.chooseModel("mock/slow");
    await chat.send("Never mind the end");
    const kept = await chat.streaming(1, 5);
    const [pid, ...others] = window.backends();
    assert.ok(pid !== undefined && others.length === 0, "one backend runs");
    process.kill(pid, "SIGKILL");
    const killed = performance.now();
    const failed = await chat.answer(1, "error");
    const shown = performance.now() - killed;
    console.log(
      `      error shown ${shown.toFixed(0)} ms after the kill (call rejected: goal ${ERROR_SHOWN_MS})`,
    );
    assert.ok((await chat.textOf(1)).startsWith(kept.trimEnd()), "the text that came is kept");
    assert.match(failed, /backend/i);

    await chat.chooseModel("mock/echo");
    const sent = performance.now();
    await chat.send("still there");
    assert.match(await chat.answer(2, "done"), /still there/);
    const answered = performance.now() - sent;
    console.log(`      next message answered after ${answered.toFixed(0)} ms (goal ${NEXT_ANSWER_MS})`);
    assert.ok(answered <= 3 * NEXT_ANSWER_MS, `${answered} ms`);
    await poll("one backend to run", PATIENCE_MS, () => window.backends().length === 1);
  });

  it("leaves no error of its own in the window's console", () => {
    const own = window.console.filter((line) => /edgequake/i.test(line) && /^(error|uncaught)/.test(line));
    assert.deepEqual(own, []);
  });

  it("the extension host killed mid-stream: its backend does not outlive it", async () => {
    await chat.newChat();
    await chat.chooseModel("mock/slow");
    await chat.send("Until the host dies");
    await chat.streaming(1, 3);
    const [backend] = window.backends();
    assert.ok(backend !== undefined);
    const extensionHost = parentOf(backend);
    assert.ok(extensionHost !== undefined && extensionHost !== process.pid);
    process.kill(extensionHost, "SIGKILL");
    const killed = performance.now();
    await poll("the backend to be gone", 3 * BACKEND_GONE_MS, () => !isRunning(backend));
    const gone = performance.now() - killed;
    console.log(`      backend gone ${gone.toFixed(0)} ms after its host (goal ${BACKEND_GONE_MS})`);
  });
});
