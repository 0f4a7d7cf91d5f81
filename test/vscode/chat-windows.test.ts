// One chat in two windows of the real VS Code, and one whose window is reloaded in the middle of an answer: nothing that
// either wrote is lost, and each says what the other did.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { filesBelow } from "../host/files-below.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { withStore } from "./kept-chats.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

describe("one chat in two windows", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let store: string;
  let window: CodeWindow;
  let other: CodeWindow;
  let one: AtTheChat;
  let two: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    store = temporaryFolder("store");
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      env: { EDGEQUAKE_DATA_DIR: store },
    });
    one = new AtTheChat(window, await Chat.open(window), provider);
    await one.ask("from the first");
    other = await window.another();
    two = new AtTheChat(other, await Chat.reopened(other), provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const questions = (at: AtTheChat) => at.chat.frame.locator('[data-role="user"] .plain').allTextContents();

  const kept = () =>
    withStore(store, async (client) => {
      const { sessions } = await client.request("edgequake/sessions/list", {});
      const pages = await Promise.all(
        sessions.map(({ id }) => client.request("edgequake/sessions/read", { session_id: id })),
      );
      return pages.flatMap(({ messages }) => messages);
    });
  const keptQuestions = async () =>
    (await kept()).filter(({ role }) => role === "user").map(({ text }) => text);

  it("the second opens it from the history", async () => {
    await other.command("EdgeQuake: Chat History");
    await two.list("Chats");
    await two.row("from the first").click();
    await two.chat.answer(1, "done");
    assert.deepEqual(await questions(two), ["from the first"]);
  });

  it("what the second adds the first tells its model too, and says so", async () => {
    await two.ask("from the second");
    await one.chat.write("again from the first");
    await poll("the host to know of it", PATIENCE_MS, () =>
      filesBelow(window.dataFolder).some(
        (file) => /\/unsent\/draft$/.test(file) && /again from/.test(readFileSync(file, "utf8")),
      ),
    );
    await one.chat.button("Send").click();
    await one.notice("This chat went on in another window.").waitFor();
    await one.chat.answer(3, "done");
    const all = ["from the first", "from the second", "again from the first"];
    assert.deepEqual(await questions(one), all);
    assert.deepEqual(
      one.request.messages.filter(({ role }) => role === "user").map(({ content }) => content),
      all,
    );
    assert.equal(await one.chat.input.inputValue(), "", "what was sent does not stand there again");
  });

  it("Retry of an answer that is no longer the last takes nothing of the other window's away", async () => {
    await two.chat.answers.last().hover();
    await two.chat.answers.last().getByRole("button", { name: "Retry", exact: true }).click();
    await two.notice("This chat went on in another window.").waitFor();
    await poll("what the first asked", PATIENCE_MS, async () => (await questions(two)).length === 3);
    assert.deepEqual(await keptQuestions(), ["from the first", "from the second", "again from the first"]);
  });

  it("one that the other deletes is said to be gone, and the question begins a new one", async () => {
    await window.page.bringToFront();
    await window.command("EdgeQuake: Delete Chat");
    await one.inDialog("Delete").click();
    await poll("an empty chat", PATIENCE_MS, async () => (await one.chat.answers.count()) === 0);
    await two.chat.send("anybody there?");
    await two.notice("This chat was deleted in another window.").waitFor();
    await two.chat.answer(1, "done");
    assert.deepEqual(await questions(two), ["anybody there?"]);
    assert.deepEqual(await keptQuestions(), ["anybody there?"]);
  });

  it("reloaded in the middle of an answer: what came is there, and it can be asked again", async () => {
    await window.page.bringToFront();
    await one.chat.chooseModel("openai/endless");
    await one.chat.send("Tell me everything");
    const came = await one.chat.streaming(1, 20);
    // Four times a second.
    await poll("it to be written", PATIENCE_MS, async () =>
      (await kept()).some(({ text }) => text.startsWith(came.trimEnd())),
    );
    await window.page.reload();
    await window.page.locator(".monaco-workbench").waitFor();
    one.chat = await Chat.reopened(window);
    await one.chat.answer(1, "stopped");
    const there = await one.chat.textOf(1);
    assert.ok(there.startsWith(came.trimEnd()), `"${there}" begins with "${came}"`);
    await poll("the provider to be left", 10_000, () => provider.openSockets === 0);
    await one.chat.chooseModel("openai/plain");
    await one.chat.answers.first().getByRole("button", { name: "Retry", exact: true }).click();
    assert.match(await one.chat.answer(1, "done"), /loopback provider/);
  });
});
