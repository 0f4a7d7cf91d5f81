// The cursor is in the message box when a person comes to the chat, by its icon or out of a list that one of its buttons
// opened; words that are selected with the mouse stay selected.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { SAMPLE_FILE } from "../host/sample-workspace.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

describe("the cursor of the chat", function () {
  this.timeout(600_000);
  let window: CodeWindow;
  let chat: Chat;

  before(async () => {
    window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" } });
    await window.closeSecondSideBar();
    await window.openFile(SAMPLE_FILE);
  });
  after(() => window?.close());

  const inBox = (): Promise<boolean> =>
    chat.input.evaluate((box) => document.hasFocus() && document.activeElement === box);
  const inEditor = async (): Promise<void> => {
    await window.page.locator(".view-line", { hasText: "total = 0.0" }).first().click();
    await poll("the cursor in the editor", PATIENCE_MS, async () => !(await inBox()));
  };

  it("is there at the first click on the icon, and at every other", async () => {
    chat = await Chat.open(window);
    await poll("the cursor in the box", PATIENCE_MS, inBox);
    await window.page.keyboard.type("typed at once");
    assert.equal(await chat.input.inputValue(), "typed at once");
    await window.command("View: Show Explorer");
    await window.page.locator(".explorer-folders-view").waitFor();
    chat = await Chat.open(window);
    await poll("the cursor in the box again", PATIENCE_MS, inBox);
    assert.equal(await chat.input.inputValue(), "typed at once");
  });

  it("is there again when a list is closed with nothing chosen", async () => {
    await chat.send("One question");
    await chat.answer(1, "done");
    for (const [button, title] of [
      [/Show Chats$/, "Chats"],
      [/^Select Model:/, "Select Model"],
      [/^Compare Models/, "Compare Models"],
      [/^Regenerate with/, "Regenerate With"],
    ] as const) {
      await chat.frame.getByRole("button", { name: button }).first().click();
      await window.page.locator(".quick-input-title", { hasText: title }).waitFor();
      await window.page.keyboard.press("Escape");
      await poll(`the cursor in the box after ${title}`, PATIENCE_MS, inBox);
    }
  });

  it("is there when a branch is begun: its button is gone", async () => {
    await chat.frame.getByRole("button", { name: "Branch" }).click();
    await chat.frame.locator("header.session", { hasText: "(branch)" }).waitFor();
    await poll("the cursor in the box", PATIENCE_MS, inBox);
  });

  it("takes no words from who selects them, coming from the editor", async () => {
    await inEditor();
    const words = await chat.answers.first().locator(".markdown p").first().boundingBox();
    assert.ok(words);
    const { mouse } = window.page;
    await mouse.move(words.x + 2, words.y + 8);
    await mouse.down();
    await mouse.move(words.x + 90, words.y + 8, { steps: 6 });
    await mouse.up();
    await poll("selected words", PATIENCE_MS, () =>
      chat.frame.evaluate(() => String(getSelection()).length > 3),
    );
    assert.equal(await inBox(), false);
  });
});
