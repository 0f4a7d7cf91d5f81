// States of the chat that are about what an answer may hold, and about who reads it: formulas, other scripts, long words
// and addresses, deep lists, wide tables, pictures that are not loaded; a long chat read from its middle; German.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "../host/build.ts";
import type { ChatPage } from "./chat-page.ts";
import { answer, begun, question, TRACE } from "./samples.ts";

const WORDS = `# A heading that is long enough to take two lines in a side bar, and then some

1. First
   - deep
     - deeper, with \`inline code\` and **weight** and a [link](https://example.invalid/a/very/long/path/that/goes/on)
       1. deepest
   - again
2. Second, with a block in it:

   \`\`\`ts
   export const answer: number = 42; // a line that is too long for a side bar, however it is looked at
   \`\`\`

10. Tenth

https://example.invalid/an/address/without/any/place/to/break/it?query=${"x".repeat(90)}

Donaudampfschifffahrtselektrizitätenhauptbetriebswerkbauunterbeamtengesellschaft and ${"a".repeat(80)}

A formula \\(a_1 * b_2 * c\\), and one by itself:

\\[
\\int_0^1 x^2 \\, dx = \\frac{1}{3}
\\]

![A chart of the temperatures](https://example.invalid/chart.png)

| name | what it is for | default | since | also in |
|:---|---|---:|:---:|---|
| \`edgequake.inlineCompletions.enable\` | fills in at the cursor | \`false\` | 0.2 | workspace |
| x | y | 1,204 | 1.0 | z |

- [x] done
- [ ] to do, with a text that is longer than one line of a side bar can hold
  - [ ] below it

> A quotation
>
> > in a quotation

---

###### The smallest heading

Term~~gone~~ and *leaning* and ***both***.`;

const ARABIC = `مرحبا! هذه فقرة بالعربية مع \`code()\` في وسطها.

- نقطة أولى
- نقطة ثانية

\`\`\`python
print("from left to right")
\`\`\`

And a paragraph of English after it.`;

const GERMAN = JSON.parse(readFileSync(join(PROJECT, "l10n", "bundle.l10n.de.json"), "utf8")) as Record<
  string,
  string
>;

export const RICH_STATES: Record<string, (chat: ChatPage) => Promise<void>> = {
  words: (chat) => chat.reset({ turns: [question("Show me everything"), answer(WORDS)] }),
  wordsFromTop: async (chat) => {
    await chat.reset({ turns: [question("Show me everything"), answer(WORDS)] });
    await chat.page.locator("main").evaluate((main) => main.scrollTo({ top: 0, behavior: "instant" }));
  },
  rightToLeft: (chat) =>
    chat.reset({ draft: "مرحبا بك", turns: [question("مرحبا، كيف حالك؟"), answer(ARABIC)] }),
  reasoning: async (chat) => {
    const growing = begun();
    await chat.reset({ turns: [question("Why?"), growing] });
    await chat.say({
      type: "delta",
      id: growing.id,
      text: "",
      reasoning:
        "An empty list has the length 0.\n\nSo the division fails, which Python says by an exception.\n",
    });
    await chat.page.locator("summary").click();
  },
  long: async (chat) => {
    const turns = Array.from({ length: 20 }, (_, index) => [
      question(`Question ${index}`),
      answer(`Answer ${index}. ${"It has a sentence of some length. ".repeat(20)}`),
    ]).flat();
    await chat.reset({ turns, earlier: true });
    await chat.page.locator("main").evaluate((main) => main.scrollBy({ top: -400, behavior: "instant" }));
    await chat.button("Jump to end").waitFor();
  },
  dragging: async (chat) => {
    await chat.reset({ turns: [question("Why?"), answer("Because.")] });
    await chat.page.evaluate(() => {
      const data = new DataTransfer();
      data.items.add(new File(["x"], "picture.png", { type: "image/png" }));
      const options = { dataTransfer: data, bubbles: true, cancelable: true };
      document.querySelector("main")?.dispatchEvent(new DragEvent("dragover", options));
    });
    await chat.page.locator(".drop-target").waitFor();
  },
  german: async (chat) => {
    await chat.reset({
      l10n: GERMAN,
      context: { used: 12_400, limit: 128_000, exact: false },
      turns: [
        question("Was tut das?"),
        answer("Es teilt durch die Länge der Liste.", {
          trace: TRACE,
          attempts: 3,
          cost_usd: null,
          note: "length",
        }),
      ],
    });
    await chat.button("Warum").click();
  },
  germanEmpty: (chat) => chat.reset({ l10n: GERMAN, model: { model: "mock/echo", chosen: false } }),
  germanFailed: (chat) =>
    chat.reset({
      l10n: GERMAN,
      turns: [
        question("Was tut das?"),
        answer("Es teilt", {
          state: "error",
          usage: null,
          cost_usd: null,
          error: { name: "AuthenticationError", message: "OpenAI hat den Schlüssel abgelehnt." },
        }),
      ],
    }),
};
