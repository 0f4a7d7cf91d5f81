// What VS Code does with a language-model provider, fact by fact as EdgeQuake relies on it: parts, codes of errors,
// configuration, pictures, tools. A fact that changes with a version of VS Code fails here by name.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { startScriptedAnswers, WORDS } from "../scripted-answers.ts";

type Json = Record<string, unknown>;
const PIXEL =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

suite("what VS Code does with a provider of language models", () => {
  let provider: ScriptedProvider;
  let model: vscode.LanguageModelChat;
  const say = [vscode.LanguageModelChatMessage.User("Say hello.")];
  const settings = () => vscode.workspace.getConfiguration("edgequake");
  const lastBody = (): Json => jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was sent")) as Json;

  async function partsOf(
    messages: vscode.LanguageModelChatMessage[],
    options: vscode.LanguageModelChatRequestOptions = {},
  ): Promise<unknown[]> {
    const parts: unknown[] = [];
    for await (const part of (await model.sendRequest(messages, options)).stream) parts.push(part);
    return parts;
  }

  suiteSetup(async () => {
    provider = await startScriptedAnswers();
    const where = { openai: { apiBase: provider.v1 } };
    await settings().update("providers", where, vscode.ConfigurationTarget.Global);
    model = await poll("the server's model", PATIENCE_MS, async () => {
      const [found] = await vscode.lm.selectChatModels({ vendor: "edgequake", id: "openai/plain" });
      return found;
    });
  });
  suiteTeardown(async () => {
    await settings().update("providers", undefined, vscode.ConfigurationTarget.Global);
    await provider.stop();
  });

  test("the models of what is configured are listed, anew when that changes", () => {
    assert.equal(model.name, "plain");
    assert.ok(model.maxInputTokens > 0);
  });

  test("text parts arrive as they come", async () => {
    const parts = await partsOf(say);
    const texts = parts.filter((part) => part instanceof vscode.LanguageModelTextPart);
    assert.deepEqual(
      texts.map(({ value }) => value),
      WORDS,
    );
  });

  test("pictures, tools, calls and results reach the provider", async () => {
    const messages = [
      vscode.LanguageModelChatMessage.User([
        new vscode.LanguageModelTextPart("Look:"),
        vscode.LanguageModelDataPart.image(Buffer.from(PIXEL, "base64"), "image/png"),
      ]),
      vscode.LanguageModelChatMessage.Assistant([
        new vscode.LanguageModelToolCallPart("c1", "look", { at: "a" }),
      ]),
      vscode.LanguageModelChatMessage.User([
        new vscode.LanguageModelToolResultPart("c1", [new vscode.LanguageModelTextPart("a dot")]),
      ]),
    ];
    const tools = [{ name: "look", description: "Looks.", inputSchema: { type: "object", properties: {} } }];
    await partsOf(messages, { tools, toolMode: vscode.LanguageModelChatToolMode.Required });
    const sent = lastBody();
    const [first, call, result] = sent["messages"] as [Json, Json, Json];
    const picture = (first["content"] as Json[]).find(({ type }) => type === "image_url");
    assert.match(JSON.stringify(picture), /"data:image\/png;base64,/);
    assert.deepEqual((call["tool_calls"] as Json[])[0]?.["function"], {
      name: "look",
      arguments: '{"at":"a"}',
    });
    assert.deepEqual([result["role"], result["tool_call_id"], result["content"]], ["tool", "c1", "a dot"]);
    assert.equal(sent["tool_choice"], "required");
    const [tool] = sent["tools"] as { function: Json }[];
    assert.equal(tool?.function["name"], "look");
  });

  test("model options are the call's parameters, and never its caller", async () => {
    const modelOptions = { temperature: 0.25, attribution: { caller: "somebody.else" } };
    await partsOf(say, { modelOptions });
    const sent = lastBody();
    assert.equal(sent["temperature"], 0.25);
    assert.ok(!("attribution" in sent));
  });

  test("calls of tools come whole, their input as an object", async () => {
    const mock_tool_calls = [
      { id: "c9", type: "function", function: { name: "look", arguments: '{"at":"b"}' } },
    ];
    const parts = await partsOf(say, { modelOptions: { mock_tool_calls } });
    const call = parts.find((part) => part instanceof vscode.LanguageModelToolCallPart);
    assert.ok(call);
    assert.deepEqual([call.callId, call.name, call.input], ["c9", "look", { at: "b" }]);
  });

  test("thoughts do not harm who does not know them, and the answer comes", async () => {
    const message = { role: "assistant", content: "two", reasoning_content: "one and one" };
    const mock_response = { choices: [{ index: 0, message, finish_reason: "stop" }] };
    const parts = await partsOf(say, { modelOptions: { mock_response } });
    const texts = parts.filter((part) => part instanceof vscode.LanguageModelTextPart);
    assert.equal(texts.map(({ value }) => value).join(""), "two");
    // The class exists where the host takes such parts.
    const { LanguageModelThinkingPart } = vscode as unknown as { LanguageModelThinkingPart?: unknown };
    assert.equal(typeof LanguageModelThinkingPart, "function");
  });

  test("failures keep their code: VS Code's own where it has one, else LiteLLM's name", async () => {
    const codes: [name: string, code: string][] = [
      ["RateLimitError", "RateLimitError"],
      ["ContextWindowExceededError", "ContextWindowExceededError"],
      ["InternalServerError", "InternalServerError"],
      ["NotFoundError", "NotFound"],
      ["AuthenticationError", "NoPermissions"],
      ["PermissionDeniedError", "NoPermissions"],
      ["ContentPolicyViolationError", "Blocked"],
    ];
    for (const [name, code] of codes) {
      const failed = partsOf(say, { modelOptions: { mock_response: `litellm.${name}` } });
      const error = await failed.then(
        () => assert.fail(`${name} was not thrown`),
        (thrown: unknown) => thrown,
      );
      assert.ok(error instanceof vscode.LanguageModelError, `${name}: ${String(error)}`);
      assert.equal(error.code, code, name);
      assert.match(error.message, /mock error/);
    }
  });

  test("tokens are counted by the model's own tokenizer", async () => {
    const text = "three small words";
    assert.equal(await model.countTokens(text), await model.countTokens(text));
    const more = await model.countTokens(vscode.LanguageModelChatMessage.User(text.repeat(20)));
    assert.ok(more > (await model.countTokens(text)));
  });

  test("the list is answered from memory: many questions, no request", async () => {
    const before = provider.requests.length;
    const began = performance.now();
    for (let asked = 0; asked < 50; asked += 1) await vscode.lm.selectChatModels({ vendor: "edgequake" });
    assert.equal(provider.requests.length, before);
    assert.ok(performance.now() - began < 5000);
  });
});
