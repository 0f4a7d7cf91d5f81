// What a question may bring along, in the real VS Code: folders and open editors by "@", what is dragged from the Explorer
// or dropped from the system; and that all of it outlives a reload of the window until it is sent.

import assert from "node:assert/strict";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { PROJECT } from "../host/build.ts";
import { filesBelow } from "../host/files-below.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { noisePicture } from "./noise-picture.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const bytesOf = (url: string): Buffer => Buffer.from(url.slice(url.indexOf(",") + 1), "base64");

describe("what a question brings along", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      prepare: (workspace) => {
        mkdirSync(join(workspace, "birds", "waders"), { recursive: true });
        writeFileSync(join(workspace, "birds", "heron.txt"), "grey\n");
        writeFileSync(join(workspace, "birds", "waders", "snipe.txt"), "brown\n");
        writeFileSync(join(workspace, "birds.env"), "a=1\n");
        writeFileSync(join(workspace, ".env"), "TOKEN=sk-fake-not-to-be-sent\n");
        writeFileSync(join(workspace, "song.bin"), Buffer.from([0, 1, 2, 0]));
        writeFileSync(join(workspace, "bird.png"), bytesOf(noisePicture(3_000)));
      },
    });
    await window.closeSecondSideBar();
    at = new AtTheChat(window, await Chat.open(window), provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const uriOf = (name: string) => pathToFileURL(join(window.workspace, name)).href;
  const unsent = (name: RegExp) => filesBelow(window.dataFolder).filter((one) => name.test(one));
  const files = () => unsent(/\/unsent\/[^/]*\.json$/);

  /** The words of the message that is being written, as they are on the disk: half a second after they were typed. */
  function kept(): string {
    const [name] = unsent(/\/unsent\/draft$/);
    try {
      return name === undefined ? "" : readFileSync(name, "utf8");
    } catch {
      // It is being written anew.
      return "";
    }
  }

  async function reload(): Promise<void> {
    await window.page.reload();
    await window.page.locator(".monaco-workbench").waitFor();
    at.chat = await Chat.reopened(window);
  }

  async function remove(label: string): Promise<void> {
    await at
      .chip(label)
      .getByRole("button", { name: /Remove/ })
      .click();
    await poll(`${label} to be gone`, PATIENCE_MS, async () => (await at.chip(label).count()) === 0);
  }

  it("@ lists a folder: the names in it and below, no text of them", async () => {
    await at.take("@birds", /^birds\/$/);
    await at.chip("birds/").waitFor();
    await at.ask("Which birds?");
    assert.equal(at.asked, "birds/\n```\nbirds/heron.txt\nbirds/waders/snipe.txt\n```\n\nWhich birds?");
  });

  it("@ attaches the open editors, unsaved text too, and leaves out what looks secret", async () => {
    await window.openFile("heron.txt");
    await window.page.locator(".editor-instance .view-lines").first().click();
    await window.page.keyboard.press("ControlOrMeta+Home");
    await window.page.keyboard.type("not saved, ");
    await window.openFile(".env");
    await window.openFile("temperature.py");
    await at.take("@open", "Open Editors");
    await at.chip("Open Editors").waitFor();
    assert.match((await at.chip("Open Editors").textContent()) ?? "", /2 files, 1 left out/);
    await at.ask("What is open?");
    const text = String(at.asked);
    assert.match(text, /birds\/heron\.txt:\nnot saved, grey\n/);
    assert.match(text, /temperature\.py:\n# Select a function/);
    assert.ok(!JSON.stringify(provider.requests.map(({ body }) => String(body))).includes("sk-fake-not"));
  });

  it("files dropped from VS Code come along: text, picture, folder; a binary is refused by name", async () => {
    await at.drop(...["temperature.py", "bird.png", "song.bin", "birds"].map(uriOf));
    await at.notice("song.bin is a binary file and cannot be attached.").waitFor();
    await poll("the others", PATIENCE_MS, async () => (await at.chips).length === 3);
    assert.deepEqual(await at.chips, ["temperature.py", "bird.png", "birds/"]);
    await at.chip("bird.png").locator("img").waitFor();
    await at.ask("What are these?");
    const parts = at.asked;
    assert.ok(Array.isArray(parts));
    assert.deepEqual(
      parts.map(({ type }) => type),
      ["text", "image_url"],
    );
    assert.match(
      JSON.stringify(parts[0]),
      /temperature\.py\\n```\\n# Select[\s\S]*birds\/\\n```\\nbirds\/heron/,
    );
  });

  it("a file from outside the workspace is asked about first, a secret one always", async () => {
    const outside = join(temporaryFolder("outside"), "outside.txt");
    writeFileSync(outside, "far away\n");
    await at.drop(pathToFileURL(outside).href);
    await window.page.locator(".monaco-dialog-box", { hasText: "outside the workspace" }).waitFor();
    await at.inDialog("Cancel").click();
    await at.notice("was not attached").waitFor();
    await at.drop(pathToFileURL(outside).href);
    await at.inDialog("Attach").click();
    await at.chip("outside.txt").waitFor();
    await at.drop(uriOf(".env"));
    await window.page.locator(".monaco-dialog-box", { hasText: "looks like it holds keys" }).waitFor();
    await at.inDialog("Cancel").click();
    await at.notice(".env was not attached").waitFor();
    await remove("outside.txt");
    assert.deepEqual(await at.chips, []);
  });

  it("pictures dropped from the system come along; another file says how it would", async () => {
    const folder = temporaryFolder("system");
    const paths = ["shot.png", "notes.pdf"].map((name) => join(folder, name));
    writeFileSync(paths[0] ?? "", bytesOf(noisePicture(2_000)));
    writeFileSync(paths[1] ?? "", "%PDF-");
    await at.dropFromSystem(...paths);
    await at.chip("shot.png").locator("img").waitFor();
    await at.notice("notes.pdf is no image. Files are attached from the Explorer, or by @.").waitFor();
    await remove("shot.png");
  });

  it("what is attached and typed is there after a reload, and reaches the model as it was", async () => {
    await window.openFile("temperature.py");
    await window.page.keyboard.press("ControlOrMeta+Home");
    await window.page.keyboard.press("Shift+End");
    await at.take("@sel", "Selection");
    await at.chip("temperature.py:1").waitFor();
    const large = join(window.workspace, "large.png");
    writeFileSync(large, bytesOf(noisePicture(4_000_000)));
    await at.drop(uriOf("large.png"));
    await at.chip("large.png").waitFor();
    await at.chat.write("Before the reload");
    const before = await at.chips;
    assert.deepEqual(before, ["temperature.py:1", "large.png"]);
    await poll(
      "a file of each",
      PATIENCE_MS,
      () => files().length === 2 && kept().includes("Before the reload"),
    );
    await reload();
    await poll("the attachments", PATIENCE_MS, async () => (await at.chips).length === 2);
    assert.deepEqual(await at.chips, before);
    assert.equal(await at.chat.input.inputValue(), "Before the reload");
    await at.chip("large.png").locator("img").waitFor();
    console.log(`      ${await window.screenshot("chat-draft-kept")}`);
    const count = (await at.chat.answers.count()) + 1;
    await at.chat.button("Send").click();
    await at.chat.answer(count, "done");
    const parts = at.asked;
    assert.ok(Array.isArray(parts) && parts.length === 2);
    assert.match(JSON.stringify(parts[0]), /temperature\.py:1\\n```\\n# Select[\s\S]*Before the reload/);
    assert.ok(JSON.stringify(parts[1]).length > 5_000_000);
    assert.deepEqual(await at.chips, []);
    await poll("no file left", PATIENCE_MS, () => files().length === 0);
  });

  it("an earlier question that is being edited is so after a reload, and Cancel gives back what stood there", async () => {
    await at.chat.write("half a thought");
    await at.drop(uriOf("birds"));
    await at.chip("birds/").waitFor();
    const question = at.chat.frame.locator('[data-role="user"]').last();
    await question.hover();
    await question.getByRole("button", { name: "Edit" }).click();
    await poll(
      "its words",
      PATIENCE_MS,
      async () => (await at.chat.input.inputValue()) === "Before the reload",
    );
    await at.chat.write("Before the reload, but better");
    await poll("its attachments", PATIENCE_MS, async () => (await at.chips).length === 2);
    await poll("a file of each", PATIENCE_MS, () => files().length === 3 && kept().includes("but better"));
    await reload();
    await poll("the attachments", PATIENCE_MS, async () => (await at.chips).length === 2);
    assert.equal(await at.chat.input.inputValue(), "Before the reload, but better");
    await at.chat.frame.getByText("Sending replaces your earlier message").waitFor();
    await at.chat.frame.getByRole("button", { name: "Cancel", exact: true }).click();
    await poll(
      "what stood there",
      PATIENCE_MS,
      async () => (await at.chat.input.inputValue()) === "half a thought",
    );
    assert.deepEqual(await at.chips, ["birds/"]);
  });

  it("a file is dragged from the Explorer with Shift held, by hand", async () => {
    const { page } = window;
    await window.command("View: Show Explorer");
    const file = page.locator('.explorer-folders-view .monaco-list-row[aria-label^="temperature.py"]');
    await file.waitFor();
    // The chat beside it, in the other side bar, as many have it.
    await window.command("View: Move View");
    await at.row("Chat").click();
    await at.row("New Secondary Side Bar Entry").click();
    const beside = page.locator(".part.auxiliarybar");
    await beside.waitFor();
    // Its page is a new one.
    at.chat = await poll("the chat in it", PATIENCE_MS, async () => {
      const chat = await Chat.shown(window);
      const [bar, box] = [await beside.boundingBox(), await chat.input.boundingBox().catch(() => null)];
      return bar && box && box.x >= bar.x ? chat : undefined;
    });
    const from = await file.boundingBox();
    const to = await beside.boundingBox();
    assert.ok(from && to);
    await page.mouse.move(from.x + 40, from.y + 8);
    await page.mouse.down();
    await page.keyboard.down("Shift");
    try {
      await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2, { steps: 12 });
      await poll("the page to say what happens", PATIENCE_MS, async () => {
        await page.mouse.move(to.x + to.width / 2, to.y + to.height / 2 + (Date.now() % 7));
        return at.chat.frame.getByText("Drop to attach").isVisible();
      });
    } finally {
      await page.screenshot({ path: join(PROJECT, "test-results", "chat-drag.png") });
      await page.mouse.up();
      await page.keyboard.up("Shift");
    }
    await at.chip("temperature.py").waitFor();
  });
});
