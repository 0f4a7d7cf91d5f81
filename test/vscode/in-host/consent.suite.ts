// Leave, ledger and budget of another extension: nothing is sent before a person allows it, everything is counted as
// the caller's, and its budget holds.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, WORDS } from "../scripted-answers.ts";
import { activateConsumer, type Consumer } from "./consumer.ts";
import { withFirstChoices, withLeave } from "./questions.ts";
import { type SecondBackend, startSecondBackend } from "./second-backend.ts";

const CALLER = "edgequake-tests.consumer";

suite("leave of a calling extension", () => {
  let consumer: Consumer;
  let provider: ScriptedProvider;
  let second: SecondBackend | undefined;
  const call = (model: string) => ({
    model: `openai/${model}`,
    messages: [{ role: "user" as const, content: "Say hello." }],
    api_base: provider.v1,
    api_key: FAKE_KEY,
    num_retries: 0,
  });

  suiteSetup(async () => {
    consumer = await activateConsumer();
    provider = await startScriptedAnswers();
  });
  suiteTeardown(async () => {
    await second?.stop();
    await provider.stop();
  });

  test("is asked for before anything reaches a provider, and remembered", async () => {
    const first = consumer.ask(call("plain"));
    const streamed = consumer.listen(call("plain"));
    const listed = consumer.models();
    // The question is there: what waits for it has sent nothing.
    await vscode.commands.executeCommand("notifications.focusToasts");
    assert.equal(provider.requests.length, 0);
    const answer = await withLeave(first);
    assert.equal(answer.choices[0]?.message.content, WORDS.join(""));
    assert.deepEqual(await streamed, WORDS);
    assert.ok((await listed).models.length > 0);
    assert.deepEqual(await consumer.listen(call("plain")), WORDS);
  });

  test("every call is the caller's in the ledger, whatever it says of itself", async function () {
    // Where the store is, the process table tells.
    if (process.platform !== "linux") this.skip();
    second = await startSecondBackend();
    const { client } = second;
    const calls = async (): Promise<number> => {
      const { rows } = await client.request("edgequake/usage", { by: ["caller"] });
      assert.deepEqual(
        rows.filter(({ caller }) => caller !== CALLER && caller !== "core"),
        [],
        "nobody else has called",
      );
      return rows.find(({ caller }) => caller === CALLER)?.calls ?? 0;
    };
    const before = await poll("the calls so far in the ledger", PATIENCE_MS, async () => {
      const count = await calls();
      return count >= 3 ? count : undefined;
    });
    await consumer.ask({ ...call("plain"), attribution: { caller: "somebody.else", session: "s1" } });
    await poll("one call more", PATIENCE_MS, async () => (await calls()) === before + 1);
  });

  test("its daily budget is the backend's: a call that would pass it is not sent", async () => {
    const settings = () => vscode.workspace.getConfiguration("edgequake");
    await settings().update("callerBudgets", { [CALLER]: 0 }, vscode.ConfigurationTarget.Global);
    try {
      const sent = provider.requests.length;
      const error = await poll("the budget to hold", PATIENCE_MS, async () =>
        consumer.ask(call("gpt-4o-mini")).then(
          () => undefined,
          (failed: Error & { max_budget?: number }) => failed,
        ),
      );
      assert.equal(error.name, "BudgetExceededError");
      assert.equal(error.max_budget, 0);
      assert.match(error.message, /edgequake-tests\.consumer/);
      const between = provider.requests.length;
      await assert.rejects(consumer.ask(call("gpt-4o-mini")), { name: "BudgetExceededError" });
      assert.equal(provider.requests.length, between, `${sent} before`);
    } finally {
      await settings().update("callerBudgets", undefined, vscode.ConfigurationTarget.Global);
    }
    await poll("the budget to be gone", PATIENCE_MS, async () =>
      consumer.ask(call("gpt-4o-mini")).then(
        () => true,
        () => false,
      ),
    );
  });

  test("what is withdrawn is refused, in words that say what to do, and can be given again", async () => {
    // Of the callers the first, and of what is left to do the first: to deny.
    await withFirstChoices(vscode.commands.executeCommand("edgequake.manageAccess"));
    const sent = provider.requests.length;
    for (const refused of [consumer.ask(call("plain")), consumer.listen(call("plain")), consumer.models()])
      await assert.rejects(refused, { name: "PermissionDeniedError", message: /Manage Access/ });
    assert.equal(provider.requests.length, sent);
    await withFirstChoices(vscode.commands.executeCommand("edgequake.manageAccess"));
    assert.equal((await consumer.ask(call("plain"))).choices[0]?.message.content, WORDS.join(""));
  });
});
