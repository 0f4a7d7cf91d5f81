// The message box: what is typed is sent, kept, completed and brought along, by keyboard alone.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chatsOfThisFile } from "./open-chats.ts";
import { answer, attachment, begun, PICTURE, question } from "./samples.ts";

const ITEMS = [
  { id: "one", label: "@one", detail: "the first" },
  { id: "two", label: "@two", detail: "the second" },
  { id: "three", label: "@three", detail: "the third" },
];

describe("the message box", () => {
  const open = chatsOfThisFile();

  it("Enter sends, Shift+Enter starts a line, nothing is sent while an answer comes", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.pressSequentially("one");
    await chat.box.press("Shift+Enter");
    await chat.box.pressSequentially("two");
    await chat.box.press("Enter");
    assert.equal((await chat.posted("send")).text, "one\ntwo");
    assert.equal(await chat.box.inputValue(), "");
    await chat.say({ type: "turn", turn: question("one\ntwo") }, { type: "turn", turn: begun() });
    await chat.forget();
    await chat.box.pressSequentially("next");
    await chat.box.press("Enter");
    assert.deepEqual(await chat.all("send"), []);
    assert.equal(await chat.box.inputValue(), "next");
    await chat.button("Stop").click();
    await chat.posted("stop");
  });

  it("an empty message is not sent, unless it brings something along", async () => {
    const chat = await open();
    await chat.reset();
    assert.ok(await chat.button("Send").isDisabled());
    await chat.say({ type: "attachments", attachments: [attachment("image", "a.png")] });
    await chat.button("Send").click();
    assert.equal((await chat.posted("send")).text, "");
  });

  it("what is typed outlives the page, and the host hears of it", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.fill("half a thought");
    assert.equal((await chat.posted("draft")).text, "half a thought");
    const stale = await open({ state: { draft: "a thought of yesterday", at: 1 } });
    await stale.reset({ draft: "half a thought", drafted: 2 });
    assert.equal(await stale.box.inputValue(), "half a thought", "the host knows a newer one");
    const again = await open({ state: { draft: "half a thought", at: 2 } });
    await again.reset({ draft: "half a", drafted: 1 });
    assert.equal(await again.box.inputValue(), "half a thought", "the page's is newer");
    await again.reset({ draft: "older" });
    assert.equal(await again.box.inputValue(), "half a thought");
  });

  it("told everything anew, of this chat or another, it keeps what was typed meanwhile", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.fill("half a thought");
    await chat.reset({ draft: "half a" });
    assert.equal(await chat.box.inputValue(), "half a thought");
    await chat.reset({ session: { id: "two", title: "" }, draft: "half" });
    assert.equal(await chat.box.inputValue(), "half a thought", "New Chat, and the host has not heard of it");
    const asked = question("What is it?");
    await chat.reset({ turns: [asked, answer("It.")] });
    await chat.say({ type: "compose", draft: "What is it?", editing: asked.id });
    await chat.box.fill("What is that?");
    await chat.reset({ session: { id: "three", title: "" }, draft: "half a thought" });
    assert.equal(await chat.box.inputValue(), "half a thought", "an edit ends with its chat");
  });

  it("what the host puts into the box after a message was sent goes before what was typed since", async () => {
    const chat = await open();
    await chat.reset();
    for (const [sent, put, stands] of [
      ["/explain", "/explain", "/explain\n\nthe next"],
      ["/help", "/review ", "/review the next"],
      ["an edit", "", "the next"],
    ] as const) {
      await chat.box.fill(sent);
      await chat.box.press("Enter");
      await chat.box.pressSequentially("the next");
      await chat.forget();
      await chat.say({ type: "compose", draft: put, editing: null });
      assert.equal(await chat.box.inputValue(), stands);
      await poll("the host to hear of it", PATIENCE_MS, async () =>
        (await chat.all("draft")).some(({ text }) => text === stands),
      );
      await chat.say({ type: "compose", draft: "", editing: null });
      assert.equal(await chat.box.inputValue(), "", "once");
    }
  });

  it("what was sent does not come back with a host that did not know of it yet", async () => {
    const chat = await open({ state: { draft: "the question", at: 5 } });
    assert.equal(await chat.box.inputValue(), "the question", "before the host says anything");
    await chat.box.press("Enter");
    const { at } = await chat.posted("send");
    assert.ok(at > 5);
    await chat.reset({ draft: "the question", drafted: 5 });
    assert.equal(await chat.box.inputValue(), "");
    await chat.reset({ draft: "given back", drafted: at + 1 });
    assert.equal(await chat.box.inputValue(), "given back", "what the host put there later does");
    const again = await open({ state: { draft: "", at: 9 } });
    await again.reset({ draft: "sent, and never got there", drafted: 5 });
    assert.equal(await again.box.inputValue(), "sent, and never got there", "nor is it lost with its window");
  });

  it("the host hears of all that is sent before it is, so that it can keep it", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.fill("typed at once");
    await chat.box.press("Enter");
    await chat.posted("send");
    assert.deepEqual(
      (await chat.all("draft")).map(({ text }) => text),
      ["typed at once"],
    );
  });

  it("what the host heard of meanwhile does not stand there twice", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.fill("an edit");
    await chat.box.press("Enter");
    const heard = (words: string) =>
      poll(`the host to hear of ${words}`, PATIENCE_MS, async () =>
        (await chat.all("draft")).some(({ text }) => text === words),
      );
    await chat.box.pressSequentially("the n");
    await heard("the n");
    await chat.box.pressSequentially("ext");
    // It said so before that reached it.
    await heard("the next");
    await chat.say({ type: "compose", draft: "set aside\n\nthe n", editing: null });
    assert.equal(await chat.box.inputValue(), "set aside\n\nthe next");
  });

  it("what is typed until an earlier question stands in the box stays behind it", async () => {
    const chat = await open();
    const asked = question("What is it?");
    await chat.reset({ turns: [asked, answer("It.")] });
    await chat.box.fill("half a thought");
    await chat.button("Edit").click();
    assert.equal((await chat.posted("edit")).draft, "half a thought");
    await chat.box.pressSequentially(" and more");
    await chat.say({ type: "compose", draft: "What is it?", editing: asked.id });
    assert.equal(await chat.box.inputValue(), "What is it?\n\n and more");
  });

  it("@ opens a list that is gone through by keyboard and heard by name", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.pressSequentially("mail a@b.c and @");
    assert.deepEqual(await chat.posted("suggest"), { type: "suggest", query: "@" });
    assert.equal((await chat.all("suggest")).length, 1, "an address is no question for suggestions");
    await chat.say({ type: "suggestions", query: "@", items: ITEMS });
    const list = chat.page.getByRole("listbox", { name: "Attach" });
    assert.equal(await list.getByRole("option").count(), 3);
    const activeOption = async (): Promise<string | null> => {
      const id = await chat.box.getAttribute("aria-activedescendant");
      return chat.page.locator(`#${id}[aria-selected=true] .suggestion-label`).textContent();
    };
    assert.equal(await activeOption(), "@one");
    await chat.box.press("ArrowDown");
    assert.equal(await activeOption(), "@two");
    await chat.box.press("ArrowUp");
    await chat.box.press("ArrowUp");
    assert.equal(await activeOption(), "@three", "it goes round");
    await chat.box.press("Enter");
    assert.equal((await chat.posted("attach")).id, "three");
    assert.equal(await chat.box.inputValue(), "mail a@b.c and ");
    assert.equal(await list.count(), 0);
    assert.equal(await chat.box.getAttribute("aria-activedescendant"), null);
    assert.deepEqual(await chat.all("send"), []);
    await chat.box.press("ControlOrMeta+z");
    assert.equal(await chat.box.inputValue(), "mail a@b.c and @", "taking it can be undone");
  });

  it("suggestions for what is no longer typed are forgotten; Escape closes the list and stops nothing", async () => {
    const chat = await open();
    await chat.reset({ turns: [question("Hello?"), begun()] });
    await chat.box.pressSequentially("@t");
    await chat.say({ type: "suggestions", query: "@", items: ITEMS });
    assert.equal(await chat.page.getByRole("listbox").count(), 0);
    await chat.say({ type: "suggestions", query: "@t", items: ITEMS.slice(1) });
    assert.equal(await chat.page.getByRole("option").count(), 2);
    await chat.box.pressSequentially("hr");
    assert.deepEqual(
      await chat.page.locator(".suggestion-label").allTextContents(),
      ["@three"],
      "until it comes",
    );
    await chat.box.press("Escape");
    assert.equal(await chat.page.getByRole("listbox").count(), 0);
    assert.deepEqual(await chat.all("stop"), []);
    await chat.box.press("Escape");
    await chat.posted("stop");
  });

  it("/ is a command where it comes first, and stays before the question", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.pressSequentially("and/or");
    assert.deepEqual(await chat.all("suggest"), []);
    await chat.box.fill("");
    await chat.box.pressSequentially("/ex");
    assert.equal((await chat.posted("suggest")).query, "/ex");
    await chat.say({
      type: "suggestions",
      query: "/ex",
      items: [{ id: "/explain", label: "/explain", detail: "" }],
    });
    await chat.box.press("Tab");
    assert.equal(await chat.box.inputValue(), "/explain ");
    assert.ok(await chat.box.evaluate((box) => document.activeElement === box));
  });

  it("the @ button is as if it were typed", async () => {
    const chat = await open();
    await chat.reset();
    await chat.box.fill("see");
    await chat.box.press("End");
    await chat.button("Attach…").click();
    assert.equal(await chat.box.inputValue(), "see @");
    assert.equal((await chat.posted("suggest")).query, "@");
  });

  it("what comes along is shown, and can be taken away again", async () => {
    const chat = await open();
    await chat.reset({ attachments: [attachment("image", "a.png", "2 × 2"), attachment("file", "b.ts")] });
    assert.equal(await chat.page.locator(".composer .chip img").getAttribute("src"), PICTURE);
    await chat.button("Remove b.ts").press("Enter");
    assert.equal((await chat.posted("detach")).id, "file-b.ts");
    assert.ok(await chat.box.evaluate((box) => document.activeElement === box), "the cursor is not lost");
    await chat.say({ type: "attachments", attachments: [] });
    assert.equal(await chat.page.locator(".composer .chip").count(), 0);
  });

  it("pasted pictures come along, pasted text is text", async () => {
    const chat = await open();
    await chat.reset();
    const paste = (text: string | null, picture: boolean): Promise<boolean> =>
      chat.box.evaluate(
        async (box, given) => {
          const data = new DataTransfer();
          if (given.text !== null) data.setData("text/plain", given.text);
          if (given.picture) {
            const bytes = await (await (async () => new Blob([new Uint8Array([1, 2, 3])]))()).arrayBuffer();
            data.items.add(new File([bytes], "shot.png", { type: "image/png" }));
          }
          const event = new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true });
          return box.dispatchEvent(event);
        },
        { text, picture },
      );
    assert.equal(await paste(null, true), false, "it is taken");
    assert.deepEqual(await chat.posted("attachImage"), {
      type: "attachImage",
      name: "shot.png",
      image: "data:image/png;base64,AQID",
    });
    await chat.forget();
    assert.equal(await paste("a cell", true), true, "left to the box");
    assert.equal(await paste("words", false), true);
    assert.deepEqual(await chat.all("attachImage"), []);
  });

  it("dropped pictures and files of the workspace come along; other files are said to be none", async () => {
    const chat = await open();
    await chat.reset();
    const drop = (files: [string, string][], uris: string): Promise<void> =>
      chat.page.evaluate(
        (given) => {
          const data = new DataTransfer();
          for (const [name, type] of given.files) data.items.add(new File(["x"], name, { type }));
          if (given.uris !== "") data.setData("text/uri-list", given.uris);
          const options = { dataTransfer: data, bubbles: true, cancelable: true };
          document.querySelector("main")?.dispatchEvent(new DragEvent("dragover", options));
          document.querySelector("main")?.dispatchEvent(new DragEvent("drop", options));
        },
        { files, uris },
      );
    await drop([], "file:///w/a.ts\r\n# said\r\nfile:///w/b.ts\r\nhttps://example.invalid/");
    assert.deepEqual((await chat.posted("attachUris")).uris, ["file:///w/a.ts", "file:///w/b.ts"]);
    await drop([["c.webp", "image/webp"]], "");
    assert.equal((await chat.posted("attachImage")).name, "c.webp");
    await drop([["d.zip", "application/zip"]], "");
    await poll("a word about it", PATIENCE_MS, async () =>
      /d\.zip is no image/.test((await chat.page.locator(".notice").textContent()) ?? ""),
    );
    assert.equal(await chat.page.locator(".drop-target").count(), 0);
  });

  it("editing brings the question back, says what sending will do, and can be left", async () => {
    const chat = await open();
    const asked = question("What is it?");
    await chat.reset({ turns: [asked, answer("It.")], draft: "my draft" });
    await chat.button("Edit").click();
    assert.deepEqual(await chat.posted("edit"), { type: "edit", id: asked.id, draft: "my draft" });
    await chat.say({ type: "compose", draft: "What is it?", editing: asked.id });
    assert.equal(await chat.box.inputValue(), "What is it?");
    assert.ok(await chat.box.evaluate((box) => document.activeElement === box));
    assert.ok(await chat.page.getByText("Sending replaces your earlier message").isVisible());
    await chat.button("Cancel").click();
    await chat.posted("cancelEdit");
  });

  it("a notice stays until the next message", async () => {
    const chat = await open();
    await chat.reset();
    await chat.say({ type: "notice", text: "dump.sql is too large to attach." });
    assert.equal(await chat.page.getByRole("status").textContent(), "dump.sql is too large to attach.");
    await chat.box.fill("Then without it.");
    await chat.box.press("Enter");
    assert.equal(await chat.page.getByRole("status").textContent(), "");
  });

  it("says how full the context is, and that a limit is not known", async () => {
    const chat = await open();
    await chat.reset({ context: { used: 64_000, limit: 128_000, exact: false } });
    const meter = chat.page.getByRole("meter", { name: "Context" });
    assert.equal(await meter.textContent(), "50%");
    assert.equal(await meter.getAttribute("aria-valuetext"), "Context: ≈ 64,000 of 128,000 tokens");
    await chat.say({ type: "context", context: { used: 900, limit: null, exact: true } });
    assert.equal(await chat.page.locator(".context").textContent(), "900 tokens");
    await chat.say({ type: "context", context: null });
    assert.equal(await chat.page.locator(".context").count(), 0);
  });

  it("how hard a model thinks, of one that does: a sign, and in words what somebody chose", async () => {
    const chat = await open();
    await chat.reset();
    const effort = chat.button(/^Thinking Effort: /);
    assert.equal(await effort.count(), 0, "not known to think");
    await chat.say({ type: "effort", effort: "default" });
    assert.equal(await chat.button("Thinking Effort: Automatic").innerText(), "");
    await chat.say({ type: "effort", effort: "high" });
    assert.equal(await chat.button("Thinking Effort: High").innerText(), "High");
    await effort.click();
    await chat.posted("selectEffort");
    await chat.say({ type: "compare", models: ["mock/echo", "mock/lorem"] });
    assert.equal(await effort.count(), 0, "each of several has its own");
    await chat.say({ type: "compare", models: [] }, { type: "effort", effort: null });
    assert.equal(await effort.count(), 0);
  });

  it("the way to models, to several of them and to other chats", async () => {
    const chat = await open();
    await chat.reset();
    await chat.button("Select Model: openai/gpt-4o-mini").click();
    await chat.button("Compare Models…").click();
    await chat.button(/Show Chats$/).click();
    await chat.posted("selectModel");
    await chat.posted("selectCompare");
    await chat.posted("history");
    await chat.say({ type: "compare", models: ["mock/echo", "mock/lorem"] });
    await chat.forget();
    await chat.button(/^Compare Models: 2 models/).click();
    await chat.posted("selectCompare");
    assert.deepEqual(await chat.all("selectModel"), []);
  });
});
