// What goes between EdgeQuake's models and who asks them through VS Code without a word in VS Code's typings: thoughts,
// what was used, the effort. Each is a fact of VS Code that EdgeQuake relies on.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { jsonOf } from "../../server/http-request.ts";
import { ScriptedProvider } from "../../server/scripted-provider.ts";
import { setting } from "./code-scene.ts";

type Json = Record<string, unknown>;
/** Proposed API: the class is there at run time, and other extensions get its parts. */
const { LanguageModelThinkingPart } = vscode as unknown as {
  LanguageModelThinkingPart: new (value: string, id?: string, metadata?: Json) => Json;
};

const MODEL = "anthropic/claude-sonnet-4-5";
const ANSWER = {
  id: "msg_1",
  type: "message",
  role: "assistant",
  model: "claude-sonnet-4-5",
  stop_reason: "end_turn",
  usage: { input_tokens: 7, output_tokens: 5 },
};
const BLOCKS = [
  [
    { type: "thinking", thinking: "", signature: "" },
    [
      { type: "thinking_delta", thinking: "one and one" },
      { type: "signature_delta", signature: "c2lnbmVk" },
    ],
  ],
  [{ type: "text", text: "" }, [{ type: "text_delta", text: "two" }]],
] as const;

/** An answer with a signed thought, as Anthropic streams it. */
function thoughtful(): string {
  const events: Json[] = [{ type: "message_start", message: { ...ANSWER, content: [], stop_reason: null } }];
  for (const [index, [content_block, deltas]] of BLOCKS.entries()) {
    events.push({ type: "content_block_start", index, content_block });
    for (const delta of deltas) events.push({ type: "content_block_delta", index, delta });
    events.push({ type: "content_block_stop", index });
  }
  events.push({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage: ANSWER.usage });
  events.push({ type: "message_stop" });
  return events.map((event) => `event: ${event["type"]}\ndata: ${JSON.stringify(event)}\n\n`).join("");
}

suite("language models beyond VS Code's typings", () => {
  let provider: ScriptedProvider;
  let model: vscode.LanguageModelChat;
  const say = [vscode.LanguageModelChatMessage.User("What is one and one?")];
  const sent = (): Json => jsonOf(provider.requests.at(-1) ?? assert.fail("nothing was sent")) as Json;

  async function partsOf(messages: vscode.LanguageModelChatMessage[], options: Json = {}): Promise<Json[]> {
    const parts: Json[] = [];
    const answer = await model.sendRequest(messages, options as vscode.LanguageModelChatRequestOptions);
    for await (const part of answer.stream) parts.push(part as unknown as Json);
    return parts;
  }

  suiteSetup(async () => {
    provider = await ScriptedProvider.start((exchange) =>
      exchange.reply(200, thoughtful(), { "content-type": "text/event-stream" }),
    );
    const data = [{ type: "model", id: "claude-sonnet-4-5", display_name: "x", created_at: "2025-09-29" }];
    provider.models((exchange) => exchange.reply(200, JSON.stringify({ data, has_more: false })));
    await setting("providers", { anthropic: { apiBase: provider.origin } });
    model = await poll("the server's model", PATIENCE_MS, async () => {
      const [found] = await vscode.lm.selectChatModels({ vendor: "edgequake", id: MODEL });
      return found;
    });
  });
  suiteTeardown(async () => {
    await setting("providers", undefined);
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });

  test("thoughts come as parts of their own, and go back signed as they came", async () => {
    const parts = await partsOf(say);
    const thoughts = parts.filter((part) => part instanceof LanguageModelThinkingPart);
    assert.equal(thoughts.map(({ value }) => value).join(""), "one and one");
    const texts = parts.filter((part) => part instanceof vscode.LanguageModelTextPart);
    assert.equal(texts.map(({ value }) => value).join(""), "two");
    const back = parts.filter((part) => !(part instanceof vscode.LanguageModelDataPart));
    await partsOf([...say, vscode.LanguageModelChatMessage.Assistant(back as never), ...say]);
    const [, answer] = sent()["messages"] as { role: string; content: Json[] }[];
    assert.equal(answer?.role, "assistant");
    const signed = answer?.content.find(({ type }) => type === "thinking");
    assert.equal(signed?.["signature"], "c2lnbmVk");
  });

  test("what was used comes last, as a part of data", async () => {
    const last = (await partsOf(say)).at(-1);
    assert.ok(last instanceof vscode.LanguageModelDataPart);
    assert.equal(last.mimeType, "usage");
    const { prompt_tokens, completion_tokens, total_tokens } = JSON.parse(
      new TextDecoder().decode(last.data),
    );
    assert.deepEqual([prompt_tokens, completion_tokens, total_tokens], [7, 5, 12]);
  });

  test("the effort is the model's configuration: sent where one is chosen, and not by itself", async () => {
    await partsOf(say);
    assert.ok(!("thinking" in sent()), "nobody chose one");
    await partsOf(say, { configuration: { reasoningEffort: "default" } });
    assert.ok(!("thinking" in sent()), "the default says nothing");
    await partsOf(say, { configuration: { reasoningEffort: "high" } });
    assert.equal((sent()["thinking"] as Json | undefined)?.["type"], "enabled");
  });
});
