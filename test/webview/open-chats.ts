// One browser for the tests of a file, and a check after each of them that the page asked for nothing outside itself,
// was refused nothing by its policy and threw nothing.

import assert from "node:assert/strict";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../host/browser.ts";
import { build } from "../host/build.ts";
import { ChatPage, type ChatPageOptions } from "./chat-page.ts";

/** Call it inside `describe`; gives what opens a chat for one test. */
export function chatsOfThisFile(): (options?: ChatPageOptions) => Promise<ChatPage> {
  let browser: Browser | undefined;
  let open: ChatPage[] = [];

  before(async function () {
    this.timeout(300_000);
    await build();
    browser = await launchBrowser();
  });
  afterEach(async () => {
    const chats = open;
    open = [];
    for (const chat of chats) {
      const refused = await chat.refused();
      await chat.close();
      assert.deepEqual({ errors: chat.errors, outside: chat.outside, refused }, QUIET);
    }
  });
  after(() => browser?.close());

  return async (options) => {
    if (!browser) throw new Error("a chat is opened inside a test");
    const chat = await ChatPage.open(browser, options);
    open.push(chat);
    return chat;
  };
}

const QUIET = { errors: [], outside: [], refused: [] };
