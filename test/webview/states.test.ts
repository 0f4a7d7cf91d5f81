// Every state of the chat in every theme, narrow and wide: nothing sticks out, axe finds nothing wrong (contrast of
// text included), and a picture of it lies in test-results/webview/ for people to look at.

import assert from "node:assert/strict";
import { violations } from "./axe.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { overflow } from "./overflow.ts";
import { STATES } from "./states.ts";
import { THEME_NAMES } from "./themes.ts";

const WIDTHS = [320, 480, 800];

describe("the states of the chat", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  for (const theme of THEME_NAMES) {
    for (const [name, enter] of Object.entries(STATES)) {
      it(`${theme}: ${name}`, async () => {
        const chat = await open({ theme });
        for (const width of WIDTHS) {
          await chat.page.setViewportSize({ width, height: 820 });
          if (width === WIDTHS[0]) await enter(chat);
          await chat.drawn();
          assert.deepEqual(await overflow(chat), [], `${width} px`);
          await chat.screenshot(`${name}-${theme}-${width}`);
        }
        assert.deepEqual(await violations(chat), []);
      });
    }
  }

  it("nothing moves in any of them for who wants no motion", async () => {
    const chat = await open({ reducedMotion: true });
    for (const [name, enter] of Object.entries(STATES)) {
      await enter(chat);
      assert.deepEqual(
        await chat.page.evaluate(() =>
          document.getAnimations().map((one) => String((one as CSSAnimation).animationName ?? one.id)),
        ),
        [],
        name,
      );
    }
  });

  it("what is wrong would be found", async () => {
    const chat = await open();
    await chat.reset();
    await chat.page.evaluate(() => {
      const faint = document.createElement("button");
      faint.textContent = "faint";
      faint.style.cssText = "color: rgb(60, 60, 60); background: rgb(50, 50, 50); width: 900px";
      document.querySelector("main")?.append(faint, document.createElement("button"));
    });
    const found = (await violations(chat)).join("\n");
    assert.match(found, /color-contrast/);
    assert.match(found, /button-name/);
    assert.match((await overflow(chat)).join("\n"), /faint/);
  });
});
