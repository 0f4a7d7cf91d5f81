// The chat for everybody: axe finds nothing wrong in any state and theme, contrast of text included.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { AxeResults } from "axe-core";
import type { Browser } from "playwright-core";
import { launchBrowser } from "../host/browser.ts";
import { build } from "../host/build.ts";
import { ChatPage } from "./chat-page.ts";
import { STATES } from "./states.ts";
import { THEME_NAMES } from "./themes.ts";

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
/** A document of its own inside VS Code's frames: these speak of whole pages. */
const OF_WHOLE_PAGES = ["region", "landmark-one-main", "page-has-heading-one"];

/** Each violation with the elements it is about. */
async function violations(chat: ChatPage, only?: string): Promise<string[]> {
  await chat.page.evaluate(AXE);
  const results: AxeResults = await chat.page.evaluate(
    ({ off, one }) =>
      (window as unknown as { axe: typeof import("axe-core") }).axe.run(document, {
        rules: Object.fromEntries(off.map((rule) => [rule, { enabled: false }])),
        resultTypes: ["violations"],
        ...(one === null ? {} : { runOnly: { type: "rule", values: [one] } }),
      }),
    { off: OF_WHOLE_PAGES, one: only ?? null },
  );
  return results.violations.flatMap(({ id, impact, nodes }) =>
    nodes.map(({ html, failureSummary }) => `${impact} ${id}: ${html.slice(0, 160)} ${failureSummary}`),
  );
}

describe("the chat for everybody", function () {
  this.timeout(60_000);
  let browser: Browser;

  before(async () => {
    await build();
    browser = await launchBrowser();
  });
  after(() => browser?.close());

  for (const theme of THEME_NAMES) {
    for (const [name, enter] of Object.entries(STATES)) {
      it(`${theme}: ${name}`, async () => {
        const chat = await ChatPage.open(browser, { theme });
        await enter(chat);
        // Themes differ in their colours only.
        assert.deepEqual(await violations(chat, theme === "dark" ? undefined : "color-contrast"), []);
        await chat.close();
      });
    }
  }

  it("axe would say so if something were wrong", async () => {
    const chat = await ChatPage.open(browser);
    await chat.reset();
    await chat.page.evaluate(() => {
      const faint = document.createElement("button");
      faint.textContent = "faint";
      faint.style.cssText = "color: rgb(60, 60, 60); background: rgb(50, 50, 50)";
      document.querySelector("main")?.append(faint, document.createElement("button"));
    });
    const found = (await violations(chat)).join("\n");
    assert.match(found, /color-contrast/);
    assert.match(found, /button-name/);
    await chat.close();
  });
});
