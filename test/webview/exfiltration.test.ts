// The corpus that the real webview is shown once, here piece by piece in several sizes: after every piece the page has
// asked for nothing, its policy had nothing to refuse, and nothing is in the answer but what answers are made of.

import assert from "node:assert/strict";
import { exfiltrationCases } from "../vscode/exfiltration-cases.ts";
import type { ChatPage } from "./chat-page.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { begun, question, settled } from "./samples.ts";

/** Characters a piece, the last one whole. */
const SIZES = [7, Number.POSITIVE_INFINITY];
const CASES = exfiltrationCases({ host: "trap.example", loopback: "127.0.0.1:9" });

/** What is in the markdown that may not be there. */
function forbidden(chat: ChatPage): Promise<string[]> {
  return chat.page.evaluate(() => {
    const found: string[] = [];
    for (const element of document.querySelectorAll(".markdown *, .reasoning *")) {
      if (
        /^(IMG|SCRIPT|STYLE|LINK|IFRAME|FORM|SVG|MATH|OBJECT|EMBED|VIDEO|AUDIO|BASE|META)$/i.test(
          element.tagName,
        )
      )
        found.push(`<${element.tagName}>`);
      for (const { name, value } of element.attributes) {
        if (/^on|^(src|srcset|style|ping|action|formaction|background|poster|data)$/.test(name))
          found.push(`${name}="${value}"`);
        if (name === "href" && !/^(https?|mailto):/.test(value)) found.push(`href="${value}"`);
      }
    }
    return found;
  });
}

describe("the exfiltration corpus, in pieces", function () {
  this.timeout(300_000);
  const open = chatsOfThisFile();

  for (const size of SIZES) {
    it(`${CASES.length} cases, ${Number.isFinite(size) ? `${size} characters at a time` : "whole"}`, async () => {
      const chat = await open();
      for (const { kind, name, text } of CASES) {
        const growing = begun();
        await chat.reset({ turns: [question(text), growing] });
        const pieces = Number.isFinite(size)
          ? (text.match(new RegExp(`[\\s\\S]{1,${size}}`, "g")) ?? [])
          : [text];
        for (const [index, piece] of pieces.entries()) {
          await chat.say({ type: "delta", id: growing.id, text: piece, reasoning: piece });
          assert.deepEqual(await forbidden(chat), [], `${kind}, ${name}, after piece ${index}`);
        }
        await chat.say(settled({ ...growing, state: "done" }));
        assert.deepEqual(await forbidden(chat), [], `${kind}, ${name}, whole`);
        assert.deepEqual(chat.outside, [], `${kind}, ${name}`);
        assert.deepEqual(await chat.refused(), [], `${kind}, ${name}`);
        const said = await chat.page.evaluate(() => window.posted.filter(({ type }) => type !== "ready"));
        assert.deepEqual(said, [], `${kind}, ${name}: the page told its host something`);
      }
    });
  }
});
