// What a person brings to a question and does with an answer, in the real VS Code: attachments and commands as the
// provider gets them, code that goes into the editor and the terminal only as agreed, models side by side, waits shown.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { appendFileSync, existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ContentPart } from "../../server/protocol/messages.ts";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { jsonOf } from "../server/http-request.ts";
import { chat as answers, errorBody, status } from "../server/openai-bytes.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

const ROWS = ".quick-input-list .monaco-list-row";
const DIALOG = ".monaco-dialog-box";
const PNG =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

describe("the chat's tools", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.numRetries": 1,
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
      prepare: (workspace) => {
        const git = (...words: string[]) => execFileSync("git", words, { cwd: workspace });
        git("init", "-q");
        git("add", ".");
        git("-c", "user.name=Test", "-c", "user.email=test@example.org", "commit", "-qm", "first");
        writeFileSync(join(workspace, ".env"), "TOKEN=sk-fake-not-to-be-sent\n");
        writeFileSync(join(workspace, "broken.json"), '{"a": }\n');
      },
    });
    await window.page.context().grantPermissions(["clipboard-read", "clipboard-write"]);
    await window.closeSecondSideBar();
    await window.openFile("temperature.py");
    chat = await Chat.open(window);
    at = new AtTheChat(window, chat, provider);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  /** The content of the newest question that reached the provider. */
  function asked(): string | ContentPart[] {
    const { messages } = jsonOf(provider.requests.at(-1) ?? assert.fail("no request")) as {
      messages: { content: string | ContentPart[] }[];
    };
    return messages.at(-1)?.content ?? "";
  }

  const ask = (text: string) => at.ask(text);
  const take = (query: string, line: string) => at.take(query, line);
  const chip = (label: string) => at.chip(label);
  const inDialog = (label: string) => at.inDialog(label);

  /** Its lines, in no order that means anything: the editor draws them as it likes. */
  async function editorText(): Promise<string> {
    const text = await window.page.locator(".editor-instance .view-lines").first().innerText();
    return text.replaceAll("\u00a0", " ").split("\n").sort().join("\n");
  }

  /** A command of the palette gives the focus back to where it was. */
  function intoEditor(): Promise<void> {
    return window.page.locator(".editor-instance .view-lines").first().click();
  }

  it("@ attaches a file as it is now; the model is told it before the question", async () => {
    await take("@temper", "temperature.py");
    await chip("temperature.py").waitFor();
    await ask("What is this?");
    const text = String(asked());
    assert.match(text, /^temperature\.py\n```\n# Select a function/);
    assert.match(text, /```\n\nWhat is this\?$/);
    assert.equal(await chip("temperature.py").count(), 0, "the next question begins anew");
    assert.equal(
      await chat.frame.locator('[data-role="user"] .chip').count(),
      1,
      "it stands with its question",
    );
  });

  it("@ attaches the selection, and only that", async () => {
    await intoEditor();
    await window.page.keyboard.press("ControlOrMeta+Home");
    await window.page.keyboard.press("Shift+End");
    await take("@sel", "Selection");
    await chip("temperature.py:1").waitFor();
    await ask("And this?");
    assert.match(String(asked()), /^temperature\.py:1\n```\n# Select a function[^\n]*\n```\n\nAnd this\?$/);
  });

  it("a file that looks secret is attached only after a yes", async () => {
    await take("@.env", ".env");
    await inDialog("Cancel").click();
    await chat.frame.getByText(".env was not attached.").waitFor();
    assert.equal(await chip(".env").count(), 0);
    await ask("Never mind");
    assert.ok(!JSON.stringify(provider.requests.map(jsonOf)).includes("sk-fake-not-to-be-sent"));
  });

  it("@ attaches what git sees and what the editor reports, when there is something", async () => {
    await take("@git", "Git Changes");
    await chat.frame.getByText("Git sees no changes.").waitFor();
    appendFileSync(join(window.workspace, "temperature.py"), "\n# cold\n");
    await take(" @git", "Git Changes");
    await chip("Git Changes").waitFor();
    await window.openFile("broken.json");
    await window.page.locator(".squiggly-error").first().waitFor();
    await take("@prob", "Problems");
    await chip("Problems").waitFor();
    await chat.write("");
    await ask("Anything wrong?");
    const text = String(asked());
    assert.match(text, /^Git Changes\n```\n(?:.*\n)*?\+# cold\n/);
    assert.match(text, /Problems\n```\nbroken\.json:1:\d+ error: /);
    await window.command("View: Close Editor");
  });

  it("a pasted picture goes along as one", async () => {
    await chat.input.evaluate((box, base64) => {
      const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
      const data = new DataTransfer();
      data.items.add(new File([bytes], "dot.png", { type: "image/png" }));
      box.dispatchEvent(
        new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
      );
    }, PNG);
    await chip("dot.png").waitFor();
    await ask("What colour?");
    const parts = asked();
    assert.ok(Array.isArray(parts));
    assert.deepEqual(
      parts.map(({ type }) => type),
      ["text", "image_url"],
    );
    assert.match(JSON.stringify(parts[1]), /data:image\/png;base64,iVBOR/);
  });

  it("/explain asks with its prompt about the code in front, and shows what it took", async () => {
    await intoEditor();
    await window.page.keyboard.press("ControlOrMeta+Home");
    await chat.input.focus();
    await ask("/explain briefly");
    const text = String(asked());
    assert.match(text, /def to_fahrenheit/);
    assert.match(text, /briefly$/);
    assert.ok(text.includes("python"), text);
    const question = chat.frame.locator('[data-role="user"]').last();
    assert.match((await question.textContent()) ?? "", /\/explain briefly/);
    assert.equal(await question.locator(".chip", { hasText: "temperature.py" }).count(), 1);
  });

  it("code of an answer goes to the cursor, into a diff, into a new file", async () => {
    await chat.newChat();
    await chat.chooseModel("openai/explains");
    await ask("What is wrong with average()?");
    const tool = (name: string) => chat.frame.getByRole("button", { name, exact: true }).first();
    const before = await editorText();

    await tool("Apply in Editor").click();
    await window.page.locator(".tab.active", { hasText: "proposed edit" }).waitFor();
    await window.command("EdgeQuake: Accept Edit");
    // Until it is gone, the page shows what was and what is.
    await window.page.locator(".monaco-diff-editor").waitFor({ state: "hidden" });
    await poll("the accepted edit", PATIENCE_MS, async () =>
      (await editorText()).includes("average() of nothing"),
    );
    assert.ok(!(await editorText()).includes("total += value"), "the function it rewrites is replaced");
    await intoEditor();
    await window.page.keyboard.press("ControlOrMeta+z");
    await poll("one undo takes it back", PATIENCE_MS, async () => (await editorText()) === before);

    await window.page.keyboard.press("ControlOrMeta+End");
    await tool("Insert at Cursor").click();
    await poll("the code at the cursor", PATIENCE_MS, async () =>
      (await editorText()).includes("average() of nothing"),
    );
    await window.page.keyboard.press("ControlOrMeta+z");

    await tool("New File").click();
    await window.page.locator(".tab.active", { hasText: "Untitled" }).waitFor();
    await poll("the code in it", PATIENCE_MS, async () => (await editorText()).includes("def average"));
    await window.command("View: Revert and Close Editor");
  });

  it("a command is run only after a person saw it and said so", async () => {
    const ran = join(window.workspace, "ran.txt");
    provider.next(answers("```sh\necho it-ran > ran.txt\n```"));
    await ask("How do I make a file?");
    const run = chat.frame.getByRole("button", { name: "Run in Terminal", exact: true }).last();
    await run.click();
    await window.page.locator(DIALOG, { hasText: "echo it-ran > ran.txt" }).waitFor();
    await inDialog("Cancel").click();
    assert.equal(await window.page.locator(".terminal-wrapper").count(), 0, "no terminal was opened");
    await run.click();
    await inDialog("Run").first().click();
    await poll(
      "the command to have run",
      PATIENCE_MS,
      () => existsSync(ran) && /it-ran/.test(readFileSync(ran, "utf8")),
    );
  });

  it("@ attaches what is selected in the terminal, and gives the clipboard back", async () => {
    const clipboard = () => window.page.evaluate(() => navigator.clipboard.readText());
    await window.page.locator(".terminal-wrapper .xterm-screen").first().click();
    await window.page.evaluate(() => navigator.clipboard.writeText("mine"));
    await window.command("Terminal: Select All");
    await take("@term", "Terminal Selection");
    await chip("Terminal").waitFor();
    assert.equal(await clipboard(), "mine");
    await ask("What happened?");
    assert.match(String(asked()), /^Terminal [^\n]*\n```\n[\s\S]*echo it-ran > ran\.txt/);
  });

  it("models answer side by side; the picked one is gone on with", async () => {
    await chat.newChat();
    await window.command("EdgeQuake: Compare Models");
    await at.list("Compare Models");
    const input = window.page.locator(".quick-input-widget input[type=text]").first();
    for (const model of ["openai/plain", "openai/paced"]) {
      await typeInto(input, model);
      const row = window.page.locator(ROWS, { hasText: model }).first();
      await row.waitFor();
      if (!(await row.locator("input[type=checkbox], .monaco-checkbox").first().isChecked()))
        await row.click();
    }
    await window.page.locator(".quick-input-widget .monaco-button", { hasText: "OK" }).click();
    provider.clear();
    await chat.send("Which of you?");
    await chat.answer(1, "done");
    await chat.answer(2, "done");
    assert.deepEqual(provider.requests.map((request) => jsonOf(request)["model"]).sort(), ["paced", "plain"]);
    await window.screenshot("chat-side-by-side");
    await chat.frame.getByRole("button", { name: /Go on with this one: openai\/paced/ }).click();
    await chat.frame.getByText("Going on with this one").waitFor();
    await ask("And now?");
    assert.equal(jsonOf(provider.requests.at(-1) ?? assert.fail())["model"], "paced");
    assert.equal(provider.requests.length, 3, "one model is asked");
    const { messages } = jsonOf(provider.requests.at(-1) ?? assert.fail()) as { messages: unknown[] };
    assert.equal(messages.length, 3, "the model is told one of the answers");
  });

  it("an answer that waits after a 429 says for how long, then comes", async () => {
    await chat.chooseModel("openai/plain");
    provider.next(status(429, errorBody("Slow down.", "rate_limit_exceeded"), { "retry-after": 8 }));
    const count = (await chat.answers.count()) + 1;
    await chat.send("Patience");
    await poll("the wait to be told", PATIENCE_MS, async () =>
      /429[\s\S]*in \d+ s/.test((await chat.answers.nth(count - 1).textContent()) ?? ""),
    );
    assert.match(await chat.answer(count, "done"), /loopback provider/);
  });

  it("a branch has everything up to its turn, and a name of its own", async () => {
    await chat.newChat();
    await ask("first");
    await ask("second");
    await chat.answers.first().hover();
    await chat.answers.first().getByRole("button", { name: "Branch", exact: true }).click({ force: true });
    await poll("the branch", PATIENCE_MS, async () => (await chat.answers.count()) === 1);
    await chat.frame.getByText("first (branch)").waitFor();
    provider.clear();
    await ask("third");
    const { messages } = jsonOf(provider.requests.at(-1) ?? assert.fail()) as {
      messages: { content: string }[];
    };
    assert.deepEqual(
      messages.map(({ content }) => content).filter((_, index) => index % 2 === 0),
      ["first", "third"],
    );
  });
});
