// Several keys of one provider, each with a name: added, used, chosen for one model, replaced, refused, removed. Which
// key goes out is read off the requests. Pictured in test-results/.

import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { errorBody, status } from "../server/openai-bytes.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES } from "./themes.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";
import { assertPart, dress } from "./workbench-looks.ts";

const WIDGET = ".quick-input-widget";
const ROW = ".quick-input-list .monaco-list-row";
const DIALOG = ".monaco-dialog-box";
/** Fake, and say so. */
const FIRST = "sk-fake-first";
const WORK = "sk-fake-work";
const NEWER = "sk-fake-newer";

describe("several keys of one provider", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  const list = JSON.stringify({ object: "list", data: [{ id: "plain" }, { id: "paced" }] });
  const listed = () => provider.models((exchange) => exchange.reply(200, list));

  before(async () => {
    provider = await startScriptedAnswers();
    listed();
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.numRetries": 0,
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
    });
    await window.closeSecondSideBar();
    chat = await Chat.open(window);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  const page = () => window.page;
  const input = () => page().locator(`${WIDGET} input`).first();
  const title = (text: string) => page().locator(`${WIDGET} .quick-input-title`, { hasText: text });
  const row = (text: string) => page().locator(ROW, { hasText: text }).first();
  const closed = () => page().locator(WIDGET).waitFor({ state: "hidden" });
  const toast = (text: string) => page().locator(".notification-toast", { hasText: text }).first();

  /** To the list of OpenAI's keys, or to the box for its first one. */
  async function keysOfOpenAI(): Promise<void> {
    await window.command("EdgeQuake: Set API Key");
    await title("Set API Key").waitFor();
    await row("OpenAI").waitFor();
    await choose("OpenAI");
    await title("Address of OpenAI").waitFor();
    await page().keyboard.press("Enter");
  }
  async function typeKey(key: string): Promise<void> {
    await page().locator(`${WIDGET} input[type="password"]`).waitFor();
    await typeInto(input(), key);
    await page().keyboard.press("Enter");
    await closed();
  }
  async function keyOf(model?: string): Promise<string> {
    if (model !== undefined) await chat.chooseModel(model);
    const count = await chat.answers.count();
    await chat.send("whose?");
    await chat.answer(count + 1, "done", "error");
    return (provider.requests.at(-1)?.headers["authorization"] ?? "").replace("Bearer ", "");
  }
  /** What was done to the keys is done soon after its list has closed. */
  async function goesOut(key: string, model?: string): Promise<void> {
    let last = "";
    await poll(`${key} to go out`, PATIENCE_MS, async () => {
      last = await keyOf(model);
      return last === key;
    }).catch((error: Error) => assert.fail(`${error.message}, not ${last}`));
  }
  async function choose(words: string): Promise<void> {
    await row(words).waitFor();
    await page().keyboard.type(words);
    await poll(`${words} to be the first line`, PATIENCE_MS, async () =>
      ((await page().locator(ROW).first().textContent()) ?? "").includes(words),
    );
    await page().keyboard.press("Enter");
  }
  async function answer(button: string): Promise<void> {
    await page().locator(DIALOG).getByRole("button", { name: button }).click();
    await page().locator(DIALOG).waitFor({ state: "hidden" });
  }

  it("only providers that take a key are offered", async () => {
    await window.command("EdgeQuake: Set API Key");
    await row("OpenAI").waitFor();
    await typeInto(input(), "VS Code");
    await poll("no line for VS Code's own models", PATIENCE_MS, async () => {
      const lines = await page().locator(`${ROW} .label-name`).allTextContents();
      return !lines.includes("VS Code") && !lines.includes("Mock");
    });
    await page().keyboard.press("Escape");
    await closed();
  });

  it("the first one is cleaned of what was pasted around it, and what is wrong with it is said while it is typed", async () => {
    await keysOfOpenAI();
    await title("API key for OpenAI").waitFor();
    const said = await page().locator(WIDGET).innerText();
    assert.ok(said.includes(`sent to ${provider.origin} only`), said);
    assert.match(said, /VS Code in a browser often does not persist secrets/);
    for (const [typed, problem] of [
      ["sk-fake two", "holds a space"],
      ["https://api.openai.com", "an address, and no key"],
      ["sk-ant-fake", "looks like a key for anthropic"],
      ["sk-fake-ключ", "a character that no key has"],
    ] as const) {
      await typeInto(input(), typed);
      await page().locator(WIDGET, { hasText: problem }).waitFor();
    }
    await assertPart(window, "key-refused-while-typed", WIDGET);
    await typeKey(`export OPENAI_API_KEY="${FIRST}"  `);
    await page().getByText("The key for OpenAI is stored. Models listed: 2.").first().waitFor();
    await goesOut(FIRST);
  });

  it("another one has a name that is its own, and is the one in use from then on", async () => {
    await keysOfOpenAI();
    await title("Keys for OpenAI").waitFor();
    assert.match((await row("default").textContent()) ?? "", /active/);
    await choose("Add another key");
    await title("Name of the key").waitFor();
    await page().keyboard.type("default");
    await page().locator(WIDGET, { hasText: "There is a key of this name" }).waitFor();
    await typeInto(input(), "  work ");
    await page().keyboard.press("Enter");
    await title("API key for OpenAI: work").waitFor();
    await typeKey(WORK);
    await goesOut(WORK);
  });

  it("the list of keys can be read in every theme, and a button of a line makes its key the one in use", async () => {
    for (const theme of THEMES) {
      await dress(window, theme);
      await keysOfOpenAI();
      await title("Keys for OpenAI").waitFor();
      await assertPart(window, `keys-${theme.name}`, WIDGET);
      await page().keyboard.press("Escape");
      await closed();
    }
    await keysOfOpenAI();
    await row("default").hover();
    await row("default").locator('[aria-label="Use this key"]').click();
    await closed();
    await goesOut(FIRST);
  });

  it("one model uses one by name, others the active one; Manage Models says so", async () => {
    await window.command("EdgeQuake: Manage Models");
    await row("openai/paced").waitFor();
    await choose("openai/paced");
    await title("openai/paced").waitFor();
    await choose("Choose its key");
    await title("Key for openai/paced").waitFor();
    await choose("work");
    await title("Manage Models").waitFor();
    await poll("its key by name", PATIENCE_MS, async () =>
      /key "work" from VS Code's secret storage/.test((await row("openai/paced").textContent()) ?? ""),
    );
    await page().keyboard.press("Escape");
    await closed();
    await goesOut(WORK, "openai/paced");
    await goesOut(FIRST, "openai/plain");
  });

  it("removing one asks first; then it is gone, and the model that used it uses the active one", async () => {
    for (const [word, left] of [
      ["Cancel", WORK],
      ["Remove", FIRST],
    ] as const) {
      await window.command("EdgeQuake: Remove API Key");
      await title("Remove API Key").waitFor();
      assert.match((await row("OpenAI: default").textContent()) ?? "", /active/);
      await choose("OpenAI: work");
      await page().locator(DIALOG, { hasText: 'Remove the key "work" of OpenAI?' }).waitFor();
      if (word === "Cancel") await assertPart(window, "key-removed", DIALOG);
      await answer(word);
      await goesOut(left, "openai/paced");
    }
    await window.command("EdgeQuake: Manage Models");
    await row("openai/paced").waitFor();
    assert.doesNotMatch((await row("openai/paced").textContent()) ?? "", /work/);
    await page().keyboard.press("Escape");
    await closed();
  });

  it("a key its provider refuses is told at once, and can be set again on the spot", async () => {
    provider.models(status(401, errorBody("Incorrect API key provided.", "invalid_api_key")));
    await keysOfOpenAI();
    await choose("default");
    await choose("Replace it");
    await typeKey("sk-fake-wrong");
    await toast("OpenAI does not take this key").waitFor();
    console.log(`      ${await window.screenshot("key-refused")}`);
    listed();
    await toast("OpenAI does not take this key").getByRole("button", { name: "Set Again" }).click();
    await title("API key for OpenAI").waitFor();
    await typeKey(NEWER);
    await page().getByText("The key for OpenAI is stored. Models listed: 2.").first().waitFor();
    await goesOut(NEWER);
  });

  it("a provider that cannot be asked is no success", async () => {
    provider.models((exchange) => exchange.reply(500, errorBody("out of order")));
    await keysOfOpenAI();
    await choose("default");
    await choose("Replace it");
    await typeKey(FIRST);
    await toast("Whether OpenAI takes it could not be found out").waitFor();
    listed();
  });

  it("by a button of the list, too; without keys Remove API Key says where others are", async () => {
    await keysOfOpenAI();
    await row("default").hover();
    await row("default").locator('[aria-label="Remove this key"]').click();
    await answer("Remove");
    await window.command("EdgeQuake: Remove API Key");
    await toast("secret storage holds no key of EdgeQuake").waitFor();
  });

  it("where the last session's key was lost it is said plainly, and config.toml, which keeps one, is a click away", async () => {
    await page().reload();
    await page().locator(".monaco-workbench").waitFor();
    await keysOfOpenAI();
    await title("API key for OpenAI").waitFor();
    assert.match(
      await page().locator(WIDGET).innerText(),
      /This VS Code does not persist secrets: .* An environment variable or config\.toml keeps it\./,
    );
    await assertPart(window, "key-not-persisted", WIDGET);
    await typeKey(FIRST);
    const told = toast("does not persist secrets");
    await told.waitFor();
    await told.getByRole("button", { name: "Open config.toml" }).click();
    await page().locator(".tab.active", { hasText: "config.toml" }).waitFor();
    const file = join(window.dataFolder, "config", "edgequake", "config.toml");
    assert.equal(statSync(file).mode & 0o777, 0o600);
    assert.doesNotMatch(readFileSync(file, "utf8"), /sk-fake/);
  });
});
