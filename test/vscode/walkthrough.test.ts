// The first minutes of somebody who has nothing: the empty chat offers the first steps, they lead to the walkthrough,
// every step of which opens and every button of which does what it says. Measured and pictured in test-results/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import type { Locator } from "playwright-core";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { EDITOR, lowestContrast, overflowing, READABLE } from "./contrast.ts";
import { THEMES } from "./themes.ts";
import { type CodeWindow, openWindow } from "./window.ts";
import { assertPart, dress, editorsOf, usualSize } from "./workbench-looks.ts";

const TEXTS = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
const STEPS = ["provider", "local", "chat", "code", "router", "api"];
const PAGE = ".gettingStartedContainer";
const WIDGET = ".quick-input-widget";
const ROW = ".quick-input-list .monaco-list-row";

describe("the first steps of somebody who has nothing", function () {
  this.timeout(600_000);
  let window: CodeWindow;

  before(async () => {
    // Nobody listens there: what runs on this machine by chance is not found.
    const nowhere = "http://127.0.0.1:1";
    window = await openWindow({
      env: { OLLAMA_HOST: nowhere, LM_STUDIO_API_BASE: nowhere, LLAMACPP_API_BASE: nowhere },
    });
    await window.closeSecondSideBar();
  });
  after(() => window?.close());

  const page = () => window.page.locator(PAGE);
  const title = (text: string) => window.page.locator(`${WIDGET} .quick-input-title`, { hasText: text });
  const row = (text: string) => window.page.locator(ROW, { hasText: text }).first();
  const step = (id: string): Locator =>
    page().locator(`.getting-started-step[data-step-id$="edgequake.start#${id}"]`);
  const said = (words: RegExp) => window.page.getByText(words).first().waitFor();
  const media = () => webviewWith(window.page, "body :is(h1)");
  async function opened(id: string): Promise<void> {
    const wanted = step(id);
    await wanted.waitFor({ state: "attached" });
    // Escape goes back to the list of all walkthroughs.
    if (await wanted.isDisabled())
      await page().getByRole("button", { name: "Get Started with EdgeQuake" }).first().click();
    // What was done meanwhile draws the page anew, with another step open.
    await poll(`the step ${id} to be open`, PATIENCE_MS, async () => {
      if (/\bexpanded\b/.test((await wanted.getAttribute("class")) ?? "")) return true;
      await wanted.click();
      return /\bexpanded\b/.test((await wanted.getAttribute("class")) ?? "");
    });
  }

  const ticked = async (id: string): Promise<boolean> =>
    /\bcomplete\b/.test((await step(id).locator(".codicon").first().getAttribute("class")) ?? "");

  it("the empty chat says that nothing is configured, and its button finds nothing either: it says so", async () => {
    await window.page.locator('.activitybar [aria-label^="EdgeQuake"]').first().click();
    const chat = await webviewWith(window.page, ".empty");
    await chat.getByText("No provider is configured yet").waitFor();
    await chat.getByRole("button", { name: "Get Started" }).press("Enter");
    await title("Get Started").waitFor();
    const box = window.page.locator(`${WIDGET} input`).first();
    assert.match((await box.getAttribute("placeholder")) ?? "", /^No local server, no key and no model/);
    assert.equal(await row("found here").count(), 0);
    await assertPart(window, "get-started-nothing", WIDGET);
  });

  it("by keyboard: how to run a model on this machine is the step of the walkthrough that opens", async () => {
    await window.page.keyboard.type("Run a model");
    await poll("the one line", PATIENCE_MS, async () => (await window.page.locator(ROW).count()) === 1);
    await window.page.keyboard.press("Enter");
    await page().waitFor();
    await opened("local");
    assert.match(await page().innerText(), /Get Started with EdgeQuake/);
    assert.match(await step("local").innerText(), /ollama pull llama3\.2/);
  });

  it("every step opens, with its words and its picture beside them", async () => {
    // Beside a side bar there is no room for the pictures.
    await window.page.setViewportSize({ width: 1600, height: 800 });
    for (const id of STEPS) {
      await opened(id);
      const text = await step(id).innerText();
      assert.ok(text.includes(TEXTS[`walkthrough.${id}.title`] ?? "?"), text);
      const [heading = "?"] = /(?<=^# ).+/m.exec(readFileSync(`media/walkthrough/${id}.md`, "utf8")) ?? [];
      const words = await poll(`"${heading}"`, PATIENCE_MS, async () => {
        const frame = await media();
        // The frame of the step before may go while it is asked.
        const count = await frame
          .getByRole("heading", { name: heading })
          .count()
          .catch(() => 0);
        return count > 0 ? frame : undefined;
      });
      assert.deepEqual(await overflowing(words), [], id);
      console.log(`      ${await window.screenshot(`walkthrough-step-${id}`)}`);
    }
    await usualSize(window);
  });

  const LEADS: [step: string, button: string, there: () => Promise<unknown>][] = [
    ["provider", "Set API Key", () => title("Set API Key").waitFor()],
    ["provider", "Manage Models", () => title("Manage Models").waitFor()],
    ["local", "Look for Models", () => title("Get Started").waitFor()],
    ["chat", "Select Model", () => title("Select Model").waitFor()],
    ["api", "Manage Access", () => said(/No extension has asked/)],
    [
      "code",
      "Explain Selection",
      () =>
        window.page
          .getByText(/no code|open a file/i)
          .first()
          .waitFor(),
    ],
  ];
  for (const [id, button, there] of LEADS) {
    it(`the button "${button}" leads there`, async () => {
      await opened(id);
      await step(id).getByRole("button", { name: button }).click();
      await there();
      await window.closeList();
    });
  }

  it('"Open Chat" puts the cursor into the chat\'s box', async () => {
    await opened("chat");
    assert.equal(await ticked("provider"), false, "a list that was closed again is no provider");
    await step("chat").getByRole("button", { name: "Open Chat" }).click();
    const chat = await webviewWith(window.page, 'textarea[aria-label="Message"]');
    await poll("the cursor in the box", PATIENCE_MS, () =>
      chat.evaluate(() => document.hasFocus() && document.activeElement?.tagName === "TEXTAREA"),
    );
  });

  it("a step is ticked when it was done", async () => {
    await poll("the tick", PATIENCE_MS, () => ticked("chat"));
  });

  for (const theme of THEMES) {
    it(`${theme.name}: can be read, at 800 and 320 px`, async () => {
      await dress(window, theme);
      await opened("provider");
      await assertPart(window, `walkthrough-${theme.name}`, PAGE);
      // Another theme draws the frame anew.
      const measured = () => media().then((words) => lowestContrast(words, EDITOR));
      const readable = () =>
        measured()
          .then(({ ratio }) => ratio >= READABLE)
          .catch(() => false);
      await poll("words that can be read", PATIENCE_MS, readable).catch(async () => {
        const { ratio, text } = await measured();
        assert.ok(ratio >= READABLE, `${ratio.toFixed(2)} for "${text}"`);
      });
      if (await window.page.locator(".part.sidebar").isVisible())
        await window.command("View: Close Primary Side Bar");
      for (const width of [800, 320]) {
        await editorsOf(window, width);
        await assertPart(window, `walkthrough-${width}-${theme.name}`, PAGE);
      }
      await usualSize(window);
      await window.command("EdgeQuake: Get Started");
      await title("Get Started").waitFor();
      await assertPart(window, `get-started-${theme.name}`, WIDGET);
      await window.page.keyboard.press("Escape");
      await window.page.locator(WIDGET).waitFor({ state: "hidden" });
    });
  }

  for (const [id, button, tab] of [
    ["router", "Show Usage", "EdgeQuake: Usage"],
    ["router", "Show Configuration", "EdgeQuake configuration"],
  ] as const) {
    it(`the button "${button}" opens its page`, async () => {
      await window.page
        .locator(".tab", { hasText: /Welcome|Walkthrough/ })
        .first()
        .click();
      await opened(id);
      await step(id).getByRole("button", { name: button }).click();
      await window.page.locator(".tab.active", { hasText: tab }).waitFor();
    });
  }
});
