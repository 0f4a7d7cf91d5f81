// An answer that one window of the real VS Code gets, in another window that shows the same chat: never as stopped while
// it runs, as far as it came, and its end by itself, also where the first window's extensions are killed over it.

import assert from "node:assert/strict";
import { parentOf } from "../host/backends-of.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import { streamEvents, textEvent } from "../server/openai-bytes.ts";
import type { Script, ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES, wear } from "./themes.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

describe("an answer that another window gets", function () {
  this.timeout(600_000);
  /** The model `held` talks until this. */
  let letGo = false;
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let other: CodeWindow;
  let one: AtTheChat;
  let two: AtTheChat;
  let backend: number;

  const held: Script = async (exchange) => {
    await exchange.begin();
    await exchange.part(streamEvents([])[0] ?? "");
    for (let word = 1; exchange.open && !letGo; word += 1) {
      await exchange.part(textEvent(`word${word} `));
      await exchange.wait(50);
    }
    for (const event of streamEvents(["the end"]).slice(1)) await exchange.part(event);
    await exchange.finish();
  };

  before(async function () {
    if (process.platform === "win32") return this.skip();
    provider = await startScriptedAnswers({ held });
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/held",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      env: { EDGEQUAKE_DATA_DIR: temporaryFolder("store") },
    });
    await window.closeSecondSideBar();
    one = new AtTheChat(window, await Chat.open(window), provider);
    await one.chat.send("Tell me everything");
    await one.chat.streaming(1, 5);
    backend = window.backends()[0] ?? assert.fail("no backend");
    other = await window.another();
    await other.closeSecondSideBar();
    two = new AtTheChat(other, await Chat.reopened(other), provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const openThere = async (): Promise<void> => {
    await two.chat.newChat();
    await other.command("EdgeQuake: Chat History");
    await two.list("Chats");
    await two.row("Tell me everything").click();
  };
  const words = async (count: number) => (await two.chat.textOf(count)).trim().split(/\s+/).length;

  it("is shown as far as it came, says where it runs, and grows", async () => {
    await openThere();
    const shown = await two.chat.answer(1, "elsewhere");
    assert.match(shown, /word1 [\s\S]*Being answered in another window…/);
    assert.doesNotMatch(shown, /Stopped/);
    const before = await words(1);
    await poll("its growth here", PATIENCE_MS, async () => (await words(1)) > before + 20);
    await two.chat.answer(1, "elsewhere");
    await one.chat.streaming(1, before);
    await two.chat.button("Send").waitFor();
    for (const theme of THEMES) {
      await wear(other, two.chat.frame, theme);
      console.log(`      ${await other.screenshot(`chat-elsewhere-${theme.name}`)}`);
    }
  });

  it("is not asked anew here, nor its question replaced, while it runs there", async () => {
    await two.chat.answers.last().hover();
    assert.equal(await two.chat.answers.last().getByRole("button", { name: "Retry" }).count(), 0);
    const mine = two.chat.frame.locator('[data-role="user"]').first();
    await mine.hover();
    await mine.getByRole("button", { name: "Edit" }).click();
    // What is typed before its words are there stands behind them.
    await two.chat.frame.getByText("Sending replaces your earlier message").waitFor();
    await two.chat.send("Tell me nothing");
    await two.notice("This message is being answered in another window.").waitFor();
    assert.equal(await two.chat.input.inputValue(), "Tell me nothing", "what was typed stands there again");
    await two.chat.frame.getByRole("button", { name: "Cancel" }).click();
    await one.chat.streaming(1, 5);
  });

  it("ends here by itself when it ends there", async () => {
    letGo = true;
    const there = await one.chat.answer(1, "done");
    assert.match(there, /the end/);
    await two.chat.answer(1, "done");
    assert.equal(await two.chat.textOf(1), await one.chat.textOf(1));
    assert.equal(await two.notice("went on in another window").count(), 0, "there is nothing else to say");
  });

  it("what is asked here while it runs there is seen there when it has ended", async () => {
    letGo = false;
    await one.chat.send("And more");
    await one.chat.streaming(2, 5);
    await openThere();
    await two.chat.answer(2, "elsewhere");
    await two.chat.chooseModel("openai/plain");
    await two.chat.send("A question of mine");
    await two.chat.answer(3, "done");
    await two.chat.answer(2, "elsewhere");
    letGo = true;
    await one.chat.answer(3, "done");
    await one.notice("This chat went on in another window.").waitFor();
    await two.chat.answer(2, "done");
    for (const count of [1, 2, 3]) assert.equal(await two.chat.textOf(count), await one.chat.textOf(count));
  });

  it("is stopped here, with what came, soon after its window's extensions were killed", async () => {
    letGo = false;
    await one.chat.chooseModel("openai/held");
    await one.chat.send("Until the end");
    await one.chat.streaming(4, 5);
    await openThere();
    await two.chat.answer(4, "elsewhere");
    const host = parentOf(backend) ?? assert.fail("no extension host");
    const killed = performance.now();
    process.kill(host, "SIGKILL");
    const shown = await two.chat.answer(4, "stopped");
    console.log(`      seen ${((performance.now() - killed) / 1_000).toFixed(1)} s after the kill`);
    assert.match(shown, /^word1 [\s\S]*Stopped/);
    await two.chat.answers.last().hover();
    await two.chat.answers.last().getByRole("button", { name: "Retry", exact: true }).waitFor();
  });
});
