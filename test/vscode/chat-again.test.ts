// Asking again in the real VS Code: with another model, with another question, one of several side by side; what a wait
// says of the deployment, and what the meter knows of a model's context.

import assert from "node:assert/strict";
import { PATIENCE_MS, poll } from "../host/poll.ts";
import { chat as answers, errorBody, status } from "../server/openai-bytes.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { AtTheChat } from "./at-the-chat.ts";
import { violations } from "./axe.ts";
import { lowestContrast, overflowing, READABLE } from "./contrast.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { THEMES, wear } from "./themes.ts";
import { typeInto } from "./type-into.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** In the price list, which knows how much it takes. */
const LISTED = "gpt-4o-mini";
const CONTEXT = "128,000";

describe("asking again", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let at: AtTheChat;

  before(async () => {
    provider = await startScriptedAnswers();
    provider.models((exchange) =>
      exchange.reply(
        200,
        JSON.stringify({
          object: "list",
          data: [LISTED, "plain", "explains"].map((id) => ({ id, object: "model" })),
        }),
      ),
    );
    const deployment = (model: string, id: string) => ({
      model_name: "assistant",
      litellm_params: { model, api_base: provider.v1, api_key: "sk-fake-for-tests" },
      model_info: { id },
    });
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/plain",
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
        "edgequake.router": {
          model_list: [deployment("openai/plain", "openai-eu")],
          num_retries: 2,
        },
      },
    });
    await window.closeSecondSideBar();
    at = new AtTheChat(window, await Chat.open(window), provider);
    await window.widenSideBar(480);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  afterEach(async function () {
    if (this.currentTest?.state === "failed")
      await window.screenshot(`failed-${this.currentTest.title.slice(0, 30)}`);
  });

  const tool = (answer: number, name: string) =>
    at.chat.answers.nth(answer - 1).getByRole("button", { name, exact: true });

  /** In the list that is open. */
  async function choose(model: string): Promise<void> {
    await typeInto(window.page.locator(".quick-input-widget input").first(), model);
    await at.row(model).click();
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
  }

  /** Number of the answer in this model's column. */
  async function columnOf(model: string): Promise<number> {
    const names = await at.chat.answers.locator("header h3").allTextContents();
    return names.indexOf(model) + 1;
  }

  async function press(answer: number, name: string): Promise<void> {
    await at.chat.answers.nth(answer - 1).hover();
    await tool(answer, name).click();
  }

  it("regenerate: another model is chosen, answers in the same place, and the chat stays with its own", async () => {
    await at.ask("What is a heron?");
    await press(1, "Regenerate with…");
    await at.list("Regenerate With");
    await choose("openai/explains");
    await poll("the other model's answer", PATIENCE_MS, async () =>
      /divides by zero/.test(await at.chat.textOf(1)),
    );
    await at.chat.answer(1, "done");
    assert.equal(await at.chat.answers.count(), 1);
    assert.deepEqual(
      [at.request.model, at.request.messages],
      ["explains", [{ role: "user", content: "What is a heron?" }]],
    );
    assert.match((await at.chat.answers.first().locator(".facts").textContent()) ?? "", /openai\/explains/);
    await at.chat.frame.getByRole("button", { name: "Select Model: openai/plain" }).waitFor();
    await at.ask("And a bittern?");
    assert.equal(at.request.model, "plain");
    assert.equal(at.request.messages.length, 3);
  });

  it("regenerate left by Escape changes nothing, and so does a failed answer's once", async () => {
    const before = await at.chat.textOf(2);
    await press(2, "Regenerate with…");
    await at.list("Regenerate With");
    await window.page.keyboard.press("Escape");
    await window.page.locator(".quick-input-widget").waitFor({ state: "hidden" });
    assert.equal(await at.chat.textOf(2), before);
    provider.next(status(401, errorBody("Incorrect API key provided.", "invalid_api_key")));
    await at.chat.send("Who is there?");
    await at.chat.answer(3, "error");
    await press(3, "Regenerate with…");
    await at.list("Regenerate With");
    await choose("openai/explains");
    await at.chat.answer(3, "done");
    assert.equal(at.request.model, "explains");
  });

  it("edit and resend: the question and all after it are replaced, what was being written comes back", async () => {
    await at.chat.write("half a thought");
    const questions = at.chat.frame.locator('[data-role="user"]');
    await questions.nth(1).hover();
    await questions.nth(1).getByRole("button", { name: "Edit" }).click();
    await poll("its words", PATIENCE_MS, async () => (await at.chat.input.inputValue()) === "And a bittern?");
    await at.chat.frame.getByText("Sending replaces your earlier message and what follows it.").waitFor();
    console.log(`      ${await window.screenshot("chat-edit")}`);
    await at.chat.write("And an egret?");
    await at.chat.input.press("Enter");
    await poll("the new question", PATIENCE_MS, async () =>
      ((await questions.last().textContent()) ?? "").includes("And an egret?"),
    );
    await at.chat.answer(2, "done");
    assert.deepEqual(await questions.locator(".plain").allTextContents(), [
      "What is a heron?",
      "And an egret?",
    ]);
    assert.deepEqual(
      at.request.messages.filter(({ role }) => role === "user").map(({ content }) => content),
      ["What is a heron?", "And an egret?"],
    );
    await poll(
      "what was being written",
      PATIENCE_MS,
      async () => (await at.chat.input.inputValue()) === "half a thought",
    );
    await at.chat.write("");
  });

  it("the meter knows the context of a model of the provider's list, and fills with what is typed", async () => {
    await at.chat.chooseModel(`openai/${LISTED}`);
    await at.chat.newChat();
    const meter = at.chat.frame.getByRole("meter", { name: "Context" });
    await at.chat.write("word ".repeat(20_000));
    const shown = async (): Promise<number> =>
      Number(await meter.getAttribute("aria-valuenow", { timeout: 1_000 }).catch(() => Number.NaN));
    await poll(
      "the meter to be full of it",
      PATIENCE_MS,
      async () => (await shown()) > 15_000 && (await shown()) < 25_000,
    );
    assert.match((await meter.getAttribute("aria-valuetext")) ?? "", new RegExp(`of ${CONTEXT} tokens`));
    console.log(`      ${await window.screenshot("chat-meter")}`);
    await at.chat.write("word");
    await poll("less", PATIENCE_MS, async () => (await shown()) < 100);
    await at.chat.write("");
    await at.chat.chooseModel("openai/plain");
  });

  it("an answer that waits says for how long and for which deployment, then comes", async () => {
    await at.chat.chooseModel("router/assistant");
    await at.chat.newChat();
    provider.next(status(429, errorBody("Slow down.", "rate_limit_exceeded"), { "retry-after": 8 }));
    await at.chat.send("Patience");
    const answer = at.chat.answers.first();
    await poll("the wait to be told", PATIENCE_MS, async () =>
      /429[\s\S]*in [1-8] s[\s\S]*on openai-eu/.test((await answer.textContent()) ?? ""),
    );
    console.log(`      ${await window.screenshot("chat-countdown")}`);
    assert.match(await at.chat.answer(1, "done"), /loopback provider/);
    assert.ok(!/429/.test((await answer.locator(".waiting").allTextContents()).join("")));
    await at.chat.chooseModel("openai/plain");
  });

  it("one of several side by side is asked again in its place, with its own model or another", async () => {
    await at.chat.newChat();
    await at.chat.send("/compare");
    await at.list("Compare Models");
    const input = window.page.locator(".quick-input-widget input[type=text]").first();
    for (const model of ["openai/plain", "openai/explains", "openai/refused"]) {
      await typeInto(input, model);
      const row = at.row(model);
      await row.waitFor();
      if (!(await row.locator("input[type=checkbox], .monaco-checkbox").first().isChecked()))
        await row.click();
    }
    await window.page.locator(".quick-input-widget .monaco-button", { hasText: "OK" }).click();
    await at.chat.send("Which of you?");
    const [plain = 0, explains = 0, refused = 0] = await poll("three columns", PATIENCE_MS, async () => {
      const columns = await Promise.all(
        ["plain", "explains", "refused"].map((one) => columnOf(`openai/${one}`)),
      );
      return columns.every((column) => column > 0) && columns;
    });
    await at.chat.answer(plain, "done");
    await at.chat.answer(explains, "done");
    await at.chat.answer(refused, "error");
    const before = await at.chat.textOf(plain);
    provider.clear();
    provider.next(answers("Second thoughts."));
    await press(explains, "Retry");
    await poll(
      "its new answer",
      PATIENCE_MS,
      async () => (await at.chat.textOf(explains)).trim() === "Second thoughts.",
    );
    await at.chat.answer(explains, "done");
    assert.equal(await at.chat.answers.count(), 3);
    assert.deepEqual([provider.requests.length, at.request.model], [1, "explains"]);
    assert.equal(await at.chat.textOf(plain), before, "the others stay");
    await press(refused, "Regenerate with…");
    await at.list("Regenerate With");
    await choose(`openai/${LISTED}`);
    await at.chat.answer(refused, "done");
    assert.deepEqual([provider.requests.length, at.request.model], [2, LISTED]);
    assert.equal(await columnOf(`openai/${LISTED}`), refused, "in its place");
  });

  it("side by side can be read and used: four themes, 320 and 800 px, an error, a pick", async () => {
    const [explains, listed] = [await columnOf("openai/explains"), await columnOf(`openai/${LISTED}`)];
    await press(explains, "Retry");
    await poll("its answer", PATIENCE_MS, async () => /divides by zero/.test(await at.chat.textOf(explains)));
    await at.chat.answer(explains, "done");
    provider.next(status(401, errorBody("Incorrect API key provided.", "invalid_api_key")));
    await press(listed, "Retry");
    await at.chat.answer(listed, "error");
    const found: Record<string, unknown> = {};
    for (const width of [320, 800]) {
      await window.widenSideBar(width);
      for (const theme of THEMES) {
        await wear(window, at.chat.frame, theme);
        const name = `chat-compare-${width}-${theme.name}`;
        console.log(`      ${await window.screenshot(name)}`);
        const { ratio, text } = await lowestContrast(at.chat.frame);
        const faults = [
          ...(ratio >= READABLE ? [] : [`${ratio.toFixed(2)} for "${text}"`]),
          ...(await overflowing(at.chat.frame)),
          ...(await violations(at.chat.frame)),
        ];
        if (faults.length > 0) found[name] = faults;
      }
    }
    assert.deepEqual(found, {});
    await at.chat.frame.getByRole("button", { name: /Go on with this one: openai\/plain/ }).click();
    await at.chat.frame.getByText("Going on with this one").waitFor();
    assert.deepEqual(await violations(at.chat.frame), []);
    console.log(`      ${await window.screenshot("chat-compare-picked")}`);
  });
});
