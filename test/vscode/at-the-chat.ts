// What a person does at the chat in tests that have a scripted provider: asks, attaches by "@", drops, answers dialogs;
// and what reached the provider.

import assert from "node:assert/strict";
import { errors, type Locator } from "playwright-core";
import type { ContentPart } from "../../server/protocol/messages.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { jsonOf } from "../server/http-request.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import type { Chat, CodeWindow } from "./window.ts";

export interface AskedMessage {
  role: string;
  content: string | ContentPart[];
}

export class AtTheChat {
  readonly #window: CodeWindow;
  readonly #provider: ScriptedProvider;
  chat: Chat;

  constructor(window: CodeWindow, chat: Chat, provider: ScriptedProvider) {
    this.#window = window;
    this.chat = chat;
    this.#provider = provider;
  }

  /** The newest request that reached the provider. */
  get request(): { model: string; messages: AskedMessage[]; [name: string]: unknown } {
    return jsonOf(this.#provider.requests.at(-1) ?? assert.fail("no request")) as never;
  }

  /** The content of its last message. */
  get asked(): string | ContentPart[] {
    return this.request.messages.at(-1)?.content ?? "";
  }

  /** Sends this and waits for its answer; gives what it shows. */
  async ask(text: string): Promise<string> {
    const count = (await this.chat.answers.count()) + 1;
    await this.chat.send(text);
    return this.chat.answer(count, "done");
  }

  /** Types `query` at the end of what stands in the box, and takes this line of the list. */
  async take(query: string, line: string | RegExp): Promise<void> {
    const { input } = this.chat;
    const option = this.chat.frame.getByRole("option", { name: line }).first();
    const before = await input.inputValue();
    let timeout = 3_000;
    // What a command before this one still does may take the focus, and with it the list, away.
    await poll(`"${line}" in the list of ${query}`, PATIENCE_MS, async () => {
      await this.chat.write(`${before}${query}`);
      try {
        await option.click({ timeout });
        return true;
      } catch (error) {
        if (!(error instanceof errors.TimeoutError)) throw error;
        timeout *= 2;
        await this.chat.write(before);
        return false;
      }
    });
  }

  /** Files of the system, dragged over the chat and let go. */
  async dropFromSystem(...paths: string[]): Promise<void> {
    const { page } = this.#window;
    const box = await this.chat.frame.locator("main").boundingBox();
    assert.ok(box);
    const place = { x: box.x + box.width / 2, y: box.y + box.height / 2 };
    const data = { items: [], files: paths, dragOperationsMask: 1 };
    const cdp = await page.context().newCDPSession(page);
    await cdp.send("Input.dispatchDragEvent", { type: "dragEnter", ...place, data });
    await poll("the page to say what happens", PATIENCE_MS, async () => {
      await cdp.send("Input.dispatchDragEvent", { type: "dragOver", ...place, data });
      return this.chat.frame.getByText("Drop to attach").isVisible();
    });
    await cdp.send("Input.dispatchDragEvent", { type: "drop", ...place, data });
    await cdp.detach();
  }

  /** As VS Code hands over what is dropped on the page. */
  async drop(...uris: string[]): Promise<void> {
    await this.chat.frame.evaluate((list) => {
      const data = new DataTransfer();
      data.setData("application/vnd.code.uri-list", list);
      // The key without which VS Code lets nothing through.
      const options = { dataTransfer: data, bubbles: true, cancelable: true, shiftKey: true };
      document.querySelector("main")?.dispatchEvent(new DragEvent("dragover", options));
      document.querySelector("main")?.dispatchEvent(new DragEvent("drop", options));
    }, uris.join("\r\n"));
  }

  /** What the next question brings along. */
  chip(label: string): Locator {
    return this.chat.frame.locator("form .chip", { hasText: label });
  }

  get chips(): Promise<string[]> {
    return this.chat.frame.locator("form .chip .chip-label").allTextContents();
  }

  notice(text: string | RegExp): Locator {
    return this.chat.frame.locator(".notice", { hasText: text });
  }

  inDialog(label: string): Locator {
    return this.#window.page.locator(".monaco-dialog-box .monaco-button", { hasText: label });
  }

  /** A line of the list that is open above the window. */
  row(text: string): Locator {
    return this.#window.page.locator(".quick-input-list .monaco-list-row", { hasText: text }).first();
  }

  /** The list with this title is open. */
  async list(title: string): Promise<void> {
    await this.#window.page.locator(".quick-input-title", { hasText: title }).waitFor();
  }
}
