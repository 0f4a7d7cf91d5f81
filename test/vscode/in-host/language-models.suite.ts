// EdgeQuake's models as VS Code offers them to everybody: listed under their vendor, answering in text parts, counting
// tokens, ending when cancelled.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";

/** Later versions keep the token of a request until its answer has ended. */
const KEEPS_CANCELLATIONS = vscode.version.startsWith("1.117.");
const LEFT_OUT = KEEPS_CANCELLATIONS
  ? " (left out: VS Code 1.117 lets a request's cancellation token go once the provider has been called)"
  : "";

suite("language models for VS Code", () => {
  let model: vscode.LanguageModelChat;

  suiteSetup(async () => {
    await vscode.extensions.getExtension("edgequake.edgequake")?.activate();
    await poll(
      "models of EdgeQuake",
      PATIENCE_MS,
      async () => (await vscode.lm.selectChatModels({ vendor: "edgequake" })).length > 0,
    );
    const [first] = await vscode.lm.selectChatModels({ vendor: "edgequake", id: "mock/echo" });
    assert.ok(first, "mock/echo is listed");
    model = first;
  });

  test("are listed with what they take", () => {
    assert.equal(model.vendor, "edgequake");
    assert.equal(model.family, "echo");
    assert.ok(model.maxInputTokens > 0);
  });

  test("wait for leave, which is asked for once", async () => {
    const question = model.sendRequest([vscode.LanguageModelChatMessage.User("x")]);
    let answered = false;
    void Promise.resolve(question).then(() => {
      answered = true;
    });
    await poll("the question to be there and answered", PATIENCE_MS, async () => {
      await vscode.commands.executeCommand("notifications.focusToasts");
      await vscode.commands.executeCommand("notification.acceptPrimaryAction");
      return answered;
    });
    for await (const _piece of (await question).text);
  });

  test("answer in pieces of text", async () => {
    const answer = await model.sendRequest([vscode.LanguageModelChatMessage.User("three small words")]);
    const pieces: string[] = [];
    for await (const piece of answer.text) pieces.push(piece);
    assert.equal(pieces.join(""), "three small words");
    assert.ok(pieces.length > 1, "it was streamed");
  });

  test("count tokens", async () => {
    assert.ok((await model.countTokens("three small words")) > 0);
  });

  test(`end when they are cancelled${LEFT_OUT}`, async function () {
    if (KEEPS_CANCELLATIONS) this.skip();
    const [failing] = await vscode.lm.selectChatModels({ vendor: "edgequake", id: "mock/slow" });
    assert.ok(failing);
    const source = new vscode.CancellationTokenSource();
    const answer = await failing.sendRequest(
      [vscode.LanguageModelChatMessage.User("a b c d e f g h")],
      {},
      source.token,
    );
    let seen = 0;
    for await (const _piece of answer.text) {
      seen += 1;
      source.cancel();
      if (seen > 20) break;
    }
    // It would have 200; what was on its way still comes.
    assert.ok(seen <= 20, `${seen} pieces after the first was cancelled`);
  });
});
