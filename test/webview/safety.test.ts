// What an answer must never do to its page: load anything, run anything, look like a part of it. After each test the
// page has asked for nothing and its policy was never put to the proof.

import assert from "node:assert/strict";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, attachment, begun, question } from "./samples.ts";

const HOSTILE = `
<img src="https://leak.invalid/1"> <img src=x onerror="document.title='owned'">
<script>document.title = 'owned'</script> <style>* { display: none }</style>
<iframe src="https://leak.invalid/2"></iframe> <form action="https://leak.invalid/3"><button>go</button></form>
<svg onload="document.title='owned'"><image href="https://leak.invalid/4"/></svg> <link rel=stylesheet href=https://leak.invalid/5>

![alt](https://leak.invalid/6.png "t") ![][ref] [![x](https://leak.invalid/7)](https://leak.invalid/8)

[ref]: https://leak.invalid/9.png

[a](javascript:document.title='owned') [b](command:workbench.action.quit) [c](file:///etc/passwd) [d](vscode://x/y)
[e](data:text/html,x) <javascript:alert(1)> [f](https://user:password@leak.invalid/)

\`\`\`x"><img src=https://leak.invalid/10>
code
\`\`\`

| <b onclick=x>a</b> |
|---|
| ![t](https://leak.invalid/11) |
`;

describe("a hostile answer", () => {
  const open = chatsOfThisFile();

  it("is words, however it comes", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({
      turns: [
        question(HOSTILE),
        answer(HOSTILE, {
          reasoning: HOSTILE,
          model: HOSTILE,
          warnings: [HOSTILE],
          state: "error",
          error: { name: "<b>", message: HOSTILE },
        }),
        growing,
      ],
      session: { id: "one", title: HOSTILE },
    });
    for (let at = 0; at < HOSTILE.length; at += 11) {
      await chat.say({ type: "delta", id: growing.id, text: HOSTILE.slice(at, at + 11), reasoning: "" });
    }
    await chat.say({ type: "notice", text: HOSTILE });
    const markdown = chat.page.locator(".markdown");
    const forbidden = "img, script, style, iframe, form, svg, link, image, [onclick], [onerror], [style], b";
    assert.equal(await markdown.locator(forbidden).count(), 0);
    const links = await markdown.locator("a").evaluateAll((all) => all.map((a) => a.getAttribute("href")));
    assert.ok(links.length > 0);
    assert.deepEqual(
      links.filter((link) => !/^(https?|mailto):/.test(link ?? "")),
      [],
    );
    assert.ok(links.includes("https://leak.invalid/6.png"), "a picture is a link to it");
    assert.equal(await chat.page.title(), "EdgeQuake");
    assert.deepEqual(
      (await chat.page.evaluate(() => window.posted)).filter(({ type }) => type !== "ready"),
      [],
      "and nothing is said to the host",
    );
  });

  it("only pictures that came as data are shown", async () => {
    const chat = await open();
    await chat.reset({
      attachments: [{ ...attachment("image", "a.png"), image: "https://leak.invalid/a.png" }],
      turns: [
        question("?", { attachments: [{ ...attachment("image", "b.png"), image: "file:///etc/b.png" }] }),
      ],
    });
    assert.equal(await chat.page.locator("img").count(), 0);
  });

  it("messages that are none change nothing", async () => {
    const chat = await open();
    await chat.reset({ turns: [question("Hello?")] });
    await chat.page.evaluate(() => {
      const strange = [null, 1, "x", {}, { type: "reset" }, { type: 1, seq: 1 }, { type: "nothing", seq: 1 }];
      for (const data of strange) window.dispatchEvent(new MessageEvent("message", { data }));
    });
    assert.equal(await chat.page.locator(".question .plain").textContent(), "Hello?");
  });
});
