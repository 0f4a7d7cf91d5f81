// What can go wrong with a message, each shown in the chat with what to do about it, the question still there,
// and the next message working.

import assert from "node:assert/strict";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { temporaryFolder } from "../host/sample-workspace.ts";
import type { ScriptedProvider } from "../server/scripted-provider.ts";
import { startScriptedAnswers } from "./scripted-answers.ts";
import { Chat, type CodeWindow, openWindow } from "./window.ts";

/** A port of this machine that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  await new Promise<void>((resolve) => server.close(() => resolve()));
  if (address === null || typeof address === "string") throw new Error("the server had no port");
  return address.port;
}

describe("failures in the chat", function () {
  this.timeout(600_000);
  let provider: ScriptedProvider;
  let window: CodeWindow;
  let chat: Chat;
  let answers = 0;

  before(async () => {
    provider = await startScriptedAnswers();
    const config = temporaryFolder("config");
    mkdirSync(join(config, "edgequake"));
    writeFileSync(join(config, "edgequake", "config.toml"), 'default_model = "unfinished\n');
    window = await openWindow({
      settings: {
        "edgequake.defaultModel": "mock/echo",
        "edgequake.numRetries": 0,
        "edgequake.providers": { ollama: { apiBase: `http://127.0.0.1:${await freePort()}` } },
      },
      env: { XDG_CONFIG_HOME: config },
    });
    chat = await Chat.open(window);
  });
  after(async () => {
    await window?.close();
    await provider?.stop();
  });

  /** Sends with this model; gives the text of the failed answer. */
  async function failure(model: string, text: string): Promise<string> {
    await chat.chooseModel(model);
    await chat.send(text);
    answers += 1;
    const shown = await chat.answer(answers, "error");
    const page = (await chat.frame.locator("body").textContent()) ?? "";
    const draft = await chat.input.inputValue();
    assert.ok(page.includes(text) || draft === text, "what was typed is still there");
    return shown;
  }

  it("an unknown provider: the ones there are", async () => {
    const shown = await failure("nosuch/model", "to nobody");
    assert.match(shown, /nosuch/);
    assert.match(shown, /openai/);
  });

  it("a model string that is none: how to write one", async () => {
    assert.match(await failure("openai/", "to no model"), /provider\/model|openai\//);
  });

  it("a missing key: how to set it; a broken config.toml is named beside it", async () => {
    const shown = await failure("openai/gpt-4o", "without a key");
    assert.match(shown, /Set API Key|OPENAI_API_KEY/);
    assert.match(shown, /config\.toml/);
  });

  it("a port that nobody listens on: is it running?", async () => {
    const shown = await failure("ollama/llama3.2", "to a closed port");
    assert.match(shown, /running|ollama serve/i);
  });

  it("an HTTP error: its name", async () => {
    assert.match(await failure("mock/error-429", "too often"), /429|rate limit/i);
  });

  it("after all that a message is answered", async () => {
    await chat.chooseModel("mock/echo");
    await chat.send("and now a good one");
    assert.match(await chat.answer(answers + 1, "done"), /and now a good one/);
  });

  it("an answer that is a web page, a stream that is cut: never an answer", async () => {
    const other = await openWindow({
      settings: {
        "edgequake.defaultModel": "openai/html",
        "edgequake.numRetries": 0,
        "edgequake.providers": { openai: { apiBase: provider.v1 } },
      },
    });
    try {
      const there = await Chat.open(other);
      await there.send("Hello?");
      assert.match(await there.answer(1, "error"), /log in to the network/);
      await there.chooseModel("openai/cut");
      await there.send("Hello again?");
      const cut = await there.answer(2, "error");
      assert.match(cut, /Hello from/, "the text that came is kept");
    } finally {
      await other.close();
    }
  });
});
