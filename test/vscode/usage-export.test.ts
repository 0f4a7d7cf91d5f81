// The usage page by keyboard alone: its period, its tables, and its export into files that hold what was used.

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Frame } from "playwright-core";
import { webviewWith } from "../host/browser.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const WIDGET = ".quick-input-widget";

describe("the usage page by keyboard", function () {
  this.timeout(600_000);
  let window: CodeWindow;
  let usage: Frame;

  before(async () => {
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "mock/echo",
        "edgequake.numRetries": 0,
        "edgequake.router": {
          model_list: [
            { model_name: "fast", litellm_params: { model: "mock/error-429", order: 1 } },
            { model_name: "fast", litellm_params: { model: "mock/echo", order: 2 } },
          ],
          cooldown_time: 20,
          num_retries: 1,
        },
      },
    });
    await window.closeSecondSideBar();
    const chat = await Chat.open(window);
    await chat.send("Something to count");
    await chat.answer(1, "done");
    await window.command("EdgeQuake: Show Usage");
    usage = await webviewWith(window.page, "main h1");
    await usage.locator("svg").first().waitFor();
  });
  after(() => window?.close());

  const keyboard = () => window.page.keyboard;
  const focused = (): Promise<string> =>
    usage.evaluate(() => {
      const element = document.hasFocus() ? document.activeElement : null;
      return (element?.getAttribute("aria-label") ?? element?.textContent ?? "").trim();
    });
  /** The keys go to the page, from its beginning. */
  async function fromTheTop(): Promise<void> {
    await usage.locator("h1").click();
    await poll("the page to have the keys", PATIENCE_MS, () => usage.evaluate(() => document.hasFocus()));
  }
  /** Tab until the focus is on what has this name. */
  async function tabTo(name: string): Promise<void> {
    for (let step = 0; step < 20; step += 1) {
      if ((await focused()).startsWith(name)) return;
      await keyboard().press("Tab");
    }
    assert.fail(`"${name}" was not reached: the focus is on "${await focused()}"`);
  }

  it("a period is chosen by its first letters, and the focus stays where it was", async () => {
    await fromTheTop();
    await keyboard().press("Tab");
    assert.equal(await usage.evaluate(() => document.activeElement?.tagName), "SELECT");
    await keyboard().press("ArrowUp");
    await poll("seven days", PATIENCE_MS, async () => (await usage.locator("select").inputValue()) === "7");
    // The page is drawn anew from what the host reads again: the axis begins a week ago.
    await poll(
      "the plot of a week",
      PATIENCE_MS,
      async () => (await usage.locator("svg").first().locator("text.axis").count()) <= 3 + 8,
    );
    assert.equal(await usage.evaluate(() => document.activeElement?.tagName), "SELECT");
  });

  it("what was asked meanwhile is there after Refresh, which says when it looked", async () => {
    const chat = await Chat.shown(window);
    await chat.send("Something more to count");
    await chat.answer(2, "done");
    const before = await usage.getByRole("status").innerText();
    await fromTheTop();
    await tabTo("Refresh");
    await keyboard().press("Enter");
    await poll("two calls", PATIENCE_MS, async () => /Calls\s*2/.test(await usage.locator("dl").innerText()));
    assert.match(before, /^As of \d/);
    assert.equal(await focused(), "Refresh");
  });

  it("the table behind a plot opens, holds its numbers, and scrolls by keys", async () => {
    await tabTo("Show as a table");
    await keyboard().press("Enter");
    const table = usage.getByRole("table", { name: "Spend and tokens by day and model" });
    await table.waitFor();
    assert.match(await table.innerText(), /mock\/echo\s+unknown/);
    await keyboard().press("Tab");
    assert.equal(await focused(), "Spend and tokens by day and model");
  });

  for (const format of ["csv", "json"] as const) {
    it(`exports ${format.toUpperCase()} into the file that is named`, async () => {
      const file = join(window.workspace, `what-it-cost.${format}`);
      await fromTheTop();
      await tabTo(`Export ${format.toUpperCase()}`);
      await keyboard().press("Enter");
      const box = window.page.locator(`${WIDGET} input`).first();
      await box.waitFor();
      const offered = new RegExp(`/sample/edgequake-usage-\\d{4}-\\d\\d-\\d\\d\\.${format}$`);
      await poll("the folder that is open, and a name that says what it is", PATIENCE_MS, async () =>
        offered.test(await box.inputValue()),
      );
      if (format === "csv") console.log(`      ${await window.screenshot("usage-export")}`);
      await typeInto(box, file);
      await keyboard().press("Enter");
      await poll("the file", PATIENCE_MS, () => existsSync(file) && readFileSync(file, "utf8").length > 0);
      await window.page.getByText(`usage was exported to what-it-cost.${format}`).first().waitFor();
      const text = readFileSync(file, "utf8");
      if (format === "csv") {
        const [head = "", ...rows] = text.trim().split(/\r?\n/);
        assert.match(head, /model/);
        assert.equal(rows.filter((row) => row.includes("mock/echo")).length, 2, text);
      } else {
        const rows = JSON.parse(text) as { model: string }[];
        assert.equal(rows.filter(({ model }) => model === "mock/echo").length, 2, text);
      }
      assert.doesNotMatch(text, /Something/, "no text of a call");
    });
  }

  it("an export that was thought better of writes nothing and says nothing", async () => {
    await fromTheTop();
    await tabTo("Export CSV");
    await keyboard().press("Enter");
    const box = window.page.locator(`${WIDGET} input`).first();
    // Before it has its name the dialog is still being made, and Escape is not for it.
    await poll("the file's name", PATIENCE_MS, async () => /edgequake-usage-/.test(await box.inputValue()));
    await keyboard().press("Escape");
    await window.page.locator(WIDGET).waitFor({ state: "hidden" });
    assert.equal(await window.page.locator(".notification-toast").count(), 0);
  });

  it("who cools down is told with the reason, and no longer when it is over", async () => {
    const chat = await Chat.shown(window);
    await chat.chooseModel("router/fast");
    const count = await chat.answers.count();
    await chat.send("over the router");
    await chat.answer(count + 1, "done");
    await usage.getByRole("button", { name: "Refresh" }).click();
    const table = usage.getByRole("table", { name: "Cooling down now" });
    await table.waitFor();
    assert.match(await table.innerText(), /mock\/error-429\s+RateLimitError 429\s+[\d.]+ m?s/);
    console.log(`      ${await window.screenshot("usage-cooling")}`);
    await usage.getByText("No deployment of a router is cooling down.").waitFor();
  });
});
