// The exported API, the commands and VS Code's own API for models, as the sample extension goes them: whichever an
// extension takes, it is counted as itself, and one budget holds for all three.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { startScriptedAnswers, WORDS } from "../scripted-answers.ts";
import { setting } from "./code-scene.ts";
import { type SecondBackend, startSecondBackend } from "./second-backend.ts";

const CALLER = "edgequake-samples.sample";
/** It has a price, which a budget needs. */
const MODEL = "openai/gpt-4o-mini";

type Way = (question: string, model: string) => Promise<string>;

suite("three ways to a model, one ledger, one budget", () => {
  let provider: ScriptedProvider;
  let second: SecondBackend;
  let ways: Record<string, Way>;

  suiteSetup(async function () {
    // Where the store is, the process table tells.
    if (process.platform !== "linux") this.skip();
    const sample = vscode.extensions.getExtension<Record<string, Way>>(CALLER);
    const { ask, askByCommands, askByLanguageModel } = (await sample?.activate()) ?? {};
    if (!ask || !askByCommands || !askByLanguageModel) throw new Error("the sample is not installed");
    ways = { ask, askByCommands, askByLanguageModel };
    provider = await startScriptedAnswers();
    const list = JSON.stringify({ object: "list", data: [{ id: "gpt-4o-mini", object: "model" }] });
    provider.models((exchange) => exchange.reply(200, list));
    await setting("providers", { openai: { apiBase: provider.v1 } });
    await poll("the model in VS Code's list", PATIENCE_MS, async () => {
      const found = await vscode.lm.selectChatModels({ vendor: "edgequake", id: MODEL });
      return found.length > 0;
    });
    second = await startSecondBackend();
  });
  suiteTeardown(async () => {
    await second?.stop();
    await setting("callerBudgets", undefined);
    await setting("router", undefined);
    await setting("providers", undefined);
    await provider?.stop();
  });

  async function spent(): Promise<{ calls: number; cost_usd: number }> {
    const { rows } = await second.client.request("edgequake/usage", { by: ["caller"] });
    const row = rows.find(({ caller }) => caller === CALLER);
    return { calls: row?.calls ?? 0, cost_usd: row?.cost_usd ?? 0 };
  }

  test("each is counted as the caller's, with what it cost", async () => {
    for (const [name, way] of Object.entries(ways)) {
      const before = await spent();
      assert.equal(await way("Say hello.", MODEL), WORDS.join(""), name);
      await poll(`the call by ${name} in the ledger`, PATIENCE_MS, async () => {
        const now = await spent();
        return now.calls === before.calls + 1 && now.cost_usd > before.cost_usd;
      });
    }
  });

  test("a router of the settings is a model on each", async () => {
    const litellm_params = { model: MODEL, api_base: provider.v1 };
    await setting("router", { model_list: [{ model_name: "fast", litellm_params }] });
    await poll("its group in VS Code's list", PATIENCE_MS, async () => {
      const found = await vscode.lm.selectChatModels({ vendor: "edgequake", id: "router/fast" });
      return found.length > 0;
    });
    for (const [name, way] of Object.entries(ways))
      assert.equal(await way("Say hello.", "router/fast"), WORDS.join(""), name);
  });

  test("a budget that is spent refuses each, in words that name it, and sends nothing", async () => {
    await setting("callerBudgets", { [CALLER]: 0 });
    await poll("the budget to hold", PATIENCE_MS, async () => {
      const failed = await ways["ask"]?.("x", MODEL).then(
        () => undefined,
        (error: unknown) => error,
      );
      return failed !== undefined;
    });
    const sent = provider.requests.length;
    for (const [name, way] of Object.entries(ways))
      await assert.rejects(way("x", MODEL), /budget.*edgequake-samples\.sample/i, name);
    assert.equal(provider.requests.length, sent);
  });
});
