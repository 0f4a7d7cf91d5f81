// A morning with the chat in the real VS Code without a mouse: asked, stopped, asked again, branched, another model, the
// history, renamed, exported, deleted. The cursor is where the next key is meant to go; no pointer is used.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const INPUT = ".quick-input-widget input";
const MOST_KEYS = 60;

describe("the chat without a mouse", function () {
  this.timeout(600_000);
  let window: CodeWindow;
  let chat: Chat;

  before(async () => {
    window = await openWindow({ settings: { "edgequake.defaultModel": "mock/echo" } });
    await window.closeSecondSideBar();
    await window.page.evaluate(() => {
      Object.assign(globalThis, { pointers: 0 });
      addEventListener("pointerdown", () => (globalThis as unknown as { pointers: number }).pointers++, true);
    });
    await palette("EdgeQuake: New Chat");
    chat = await Chat.shown(window);
    await cursorInBox();
  });
  after(() => window?.close());

  const press = (key: string): Promise<void> => window.page.keyboard.press(key);

  /** The row that the keys are on, as a screen reader is told it. */
  const row = (): Promise<string> =>
    window.page.evaluate(() => {
      const id = document.activeElement?.getAttribute("aria-activedescendant");
      return (id && document.getElementById(id)?.getAttribute("aria-label")) || "";
    });

  /** Goes down the open list to the row with this name, and takes it. */
  async function take(name: RegExp, withinMs = 15_000): Promise<void> {
    const gone = new Set<string>();
    await poll(`${name} in the list`, withinMs, async () => {
      const label = await row();
      if (name.test(label)) return true;
      gone.add(label);
      await press("ArrowDown");
      return false;
    }).catch((error: Error) => assert.fail(`${error.message}: it has ${[...gone].join(" | ")}`));
    await press("Enter");
  }

  /** The list stands and has the keys: shown it is a moment sooner. */
  async function listed(title: string): Promise<void> {
    await window.page.locator(".quick-input-title", { hasText: title }).waitFor();
    await poll(`the cursor in ${title}`, PATIENCE_MS, () =>
      window.page
        .locator(INPUT)
        .first()
        .evaluate((input) => document.activeElement === input),
    );
  }

  async function palette(title: string): Promise<void> {
    const input = window.page.locator(INPUT).first();
    let last: unknown;
    let within = 3_000;
    // Just after the start the palette does not know the extension's commands yet.
    await poll(`"${title}" in the palette`, PATIENCE_MS, async () => {
      try {
        await press("F1");
        await input.waitFor({ timeout: within });
        await window.page.keyboard.type(title);
        await take(new RegExp(`^${title}`), within);
        return true;
      } catch (error) {
        last = error;
        within *= 2;
        await press("Escape");
        return false;
      }
    }).catch(() => assert.fail(String(last)));
  }

  function cursorInBox(): Promise<unknown> {
    return poll("the cursor in the message box", PATIENCE_MS, () =>
      chat.input.evaluate((box) => document.hasFocus() && document.activeElement === box),
    );
  }

  /** Where the cursor is in the chat's page. */
  const at = (): Promise<string> =>
    chat.frame.evaluate(() => {
      const now = document.hasFocus() ? document.activeElement : null;
      return now?.getAttribute("aria-label") ?? now?.textContent?.trim() ?? "";
    });

  async function goTo(name: string, key: string): Promise<void> {
    for (let keys = 0; keys < MOST_KEYS; keys += 1) {
      if ((await at()) === name) return;
      await press(key);
    }
    assert.fail(`${MOST_KEYS} times ${key} did not lead to ${name}, but to "${await at()}"`);
  }

  it("a question is asked where the cursor is, and the next one after it", async () => {
    await window.page.keyboard.type("first heron");
    await press("Enter");
    assert.match(await chat.answer(1, "done"), /first heron/);
    await window.page.keyboard.type("second heron");
    await press("Enter");
    assert.match(await chat.answer(2, "done"), /second heron/);
    await cursorInBox();
  });

  it("Why opens and closes, and the cursor is on its button again", async () => {
    await goTo("Why", "Shift+Tab");
    await press("Enter");
    await chat.frame.locator(".why").waitFor();
    await press("Tab");
    await press("Escape");
    await chat.frame.locator(".why").waitFor({ state: "detached" });
    assert.equal(await at(), "Why");
  });

  it("an answer is asked for again from its toolbar, by arrows; the cursor goes back to the message box", async () => {
    await goTo("Copy answer", "Shift+Tab");
    await goTo("Retry", "ArrowRight");
    await press("Enter");
    await cursorInBox();
    // The one before stands until the new one begins.
    await poll("the answer again", PATIENCE_MS, async () =>
      /second heron/.test(await chat.answer(2, "done")),
    );
  });

  it("the model is chosen from the button below the box; Escape leaves the list; the cursor is in the box then", async () => {
    await goTo("Select Model: mock/echo", "Tab");
    await press("Enter");
    await listed("Select Model");
    await press("Escape");
    await cursorInBox();
    await goTo("Select Model: mock/echo", "Tab");
    await press("Enter");
    await listed("Select Model");
    await window.page.keyboard.type("mock/slow");
    await take(/mock\/slow/);
    await cursorInBox();
  });

  it("an answer is stopped by Escape", async () => {
    await window.page.keyboard.type("a slow one");
    await press("Enter");
    await chat.streaming(3, 3);
    await press("Escape");
    await chat.answer(3, "stopped");
    await cursorInBox();
  });

  it("it is renamed, and found in the history by its keys", async () => {
    await palette("EdgeQuake: Rename Chat");
    await listed("Rename Chat");
    await press("ControlOrMeta+a");
    await window.page.keyboard.type("Of herons");
    await press("Enter");
    await chat.frame.getByText("Of herons").first().waitFor();
    await palette("EdgeQuake: New Chat");
    await poll("an empty chat", PATIENCE_MS, async () => (await chat.answers.count()) === 0);
    await cursorInBox();
    await palette("EdgeQuake: Chat History");
    await listed("Chats");
    await window.page.keyboard.type("Of herons");
    await take(/Of herons/);
    await chat.frame.getByText("first heron").first().waitFor();
    await cursorInBox();
  });

  it("it is exported, and deleted after a question that Escape answers with no", async () => {
    await palette("EdgeQuake: Export Chat");
    await take(/Markdown/);
    await window.page.locator(".tab.active", { hasText: "Of herons" }).waitFor();
    const dialog = window.page.locator(".monaco-dialog-box");
    const asked = (): Promise<unknown> =>
      poll("the question, with the keys", PATIENCE_MS, () =>
        window.page.evaluate(() => document.activeElement?.closest(".monaco-dialog-box") != null),
      );
    await palette("EdgeQuake: Delete Chat");
    await asked();
    await press("Escape");
    await dialog.waitFor({ state: "detached" });
    assert.ok(await chat.frame.getByText("Of herons").first().isVisible());
    await palette("EdgeQuake: Delete Chat");
    await asked();
    await press("Enter");
    await poll("an empty chat", PATIENCE_MS, async () => (await chat.answers.count()) === 0);
  });

  it("no pointer was used", async () => {
    assert.equal(
      await window.page.evaluate(() => (globalThis as unknown as { pointers: number }).pointers),
      0,
    );
  });
});
