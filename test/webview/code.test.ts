// A code block's tools: each by pointer and by keyboard, with exactly the code it stands over.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, begun, settled } from "./samples.ts";

const PYTHON = "def f():\n    return '<b>&amp;</b>'\n";
const TEXT = `Here:\n\n\`\`\`python\n${PYTHON}\`\`\`\n\nand\n\n\`\`\`bash\nls -l\n\`\`\`\n`;

describe("code in an answer", () => {
  const open = chatsOfThisFile();

  it("is copied, inserted, applied, opened; only a shell's is run", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer(TEXT)] });
    await chat.button("Copy").first().click();
    assert.equal((await chat.posted("copy")).text, PYTHON);
    for (const [name, action] of [
      ["Insert at Cursor", "insert"],
      ["Apply in Editor", "apply"],
      ["New File", "newFile"],
    ] as const) {
      await chat.button(name).first().click();
      assert.deepEqual(await chat.posted("code"), { type: "code", action, text: PYTHON, language: "python" });
    }
    assert.equal(await chat.button("Run in Terminal").count(), 1);
    await chat.button("Run in Terminal").click();
    assert.deepEqual(await chat.posted("code"), {
      type: "code",
      action: "run",
      text: "ls -l\n",
      language: "bash",
    });
  });

  it("its tools are one stop of Tab, gone through by arrows", async () => {
    const chat = await open();
    await chat.reset({ turns: [answer(TEXT)] });
    const bar = chat.page.getByRole("toolbar", { name: "Code" }).first();
    const names = (): Promise<string | null> =>
      chat.page.evaluate(() => document.activeElement?.getAttribute("aria-label") ?? null);
    const stops = await bar
      .getByRole("button")
      .evaluateAll((all) => all.map((one) => (one as HTMLElement).tabIndex));
    assert.deepEqual(stops, [0, -1, -1, -1]);
    await bar.getByRole("button").first().focus();
    const gone: (string | null)[] = [];
    for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "ArrowLeft", "Home", "End"]) {
      await chat.page.keyboard.press(key);
      gone.push(await names());
    }
    assert.deepEqual(gone, [
      "Insert at Cursor",
      "Apply in Editor",
      "New File",
      "Copy",
      "New File",
      "Copy",
      "New File",
    ]);
    await chat.page.keyboard.press("Tab");
    assert.equal(await names(), "Code", "on to the code itself, which scrolls");
    await chat.page.keyboard.press("Shift+Tab");
    assert.equal(await names(), "New File", "and back to where it was");
  });

  it("grows without being made anew, and has tools and colours once it is finished", async () => {
    const chat = await open();
    const growing = begun();
    await chat.reset({ turns: [growing] });
    let text = "";
    const grow = async (more: string): Promise<void> => {
      text += more;
      await chat.say({ type: "delta", id: growing.id, text: more, reasoning: "" });
    };
    await grow("Here:\n\n```python\ndef f():\n");
    await grow("    return 1\n");
    await chat.page.evaluate(() => document.querySelector(".code code")?.setAttribute("data-seen", ""));
    await grow("    # the end\n");
    await grow("# `back` and ``ticks``\n\n\nx = 2");
    const code = chat.page.locator(".code code");
    assert.equal(await code.getAttribute("data-seen"), "", "it is the same element");
    assert.equal(
      await code.textContent(),
      "def f():\n    return 1\n    # the end\n# `back` and ``ticks``\n\n\nx = 2\n",
    );
    assert.equal(await chat.page.getByRole("toolbar", { name: "Code" }).count(), 0);
    await grow("\n```\n\nDone.");
    assert.equal(await chat.page.getByRole("toolbar", { name: "Code" }).count(), 1);
    assert.equal(
      await code.textContent(),
      "def f():\n    return 1\n    # the end\n# `back` and ``ticks``\n\n\nx = 2\n",
    );
    await poll("its colours", PATIENCE_MS, async () => (await code.locator(".hljs-keyword").count()) > 0);
    await chat.say(settled({ ...answer(text), id: growing.id }));
    assert.equal(await chat.page.locator(".code").count(), 1);
  });

  it("however it is cut into pieces it ends as the same", async () => {
    const chat = await open();
    const whole = `${TEXT}\n- a\n  \`\`\`js\n  let b\n  \`\`\`\n\n~~~\nplain\n\`\`\`\n~~~\n`;
    const once = answer(whole);
    await chat.reset({ turns: [once] });
    const html = async (): Promise<string> =>
      chat.page.locator(".markdown").evaluate((element) => {
        // Without colours, which come when somebody sees it.
        for (const code of element.querySelectorAll("code")) code.replaceChildren(code.textContent ?? "");
        return element.innerHTML;
      });
    const expected = await html();
    const growing = begun();
    await chat.reset({ turns: [growing] });
    for (let at = 0; at < whole.length; at += 7) {
      await chat.say({ type: "delta", id: growing.id, text: whole.slice(at, at + 7), reasoning: "" });
    }
    await chat.say(settled({ ...once, id: growing.id }));
    assert.equal(await html(), expected);
  });
});
