// Models that another extension gives VS Code, as EdgeQuake's upstreams: asked through the API as any model, part by
// part, with its refusals as our classes, and never in a circle.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import { activateConsumer, type Consumer } from "./consumer.ts";

const PIECES = ["Pieces", " of", " eight"];

/** VS Code 1.117 has forgotten who may be cancelled by the time that the model has been called. */
const KEEPS_CANCELLATIONS = vscode.version.startsWith("1.117.");

suite("VS Code's own models as upstreams", () => {
  let consumer: Consumer;
  const hello = [{ role: "user" as const, content: "Say hello." }];
  const heard = () => consumer.heard.at(-1) ?? assert.fail("it was not asked");

  suiteSetup(async () => {
    consumer = await activateConsumer();
  });

  test("answer as any model, streamed and whole, with what they used", async () => {
    const model = "vscode/parrot/grey";
    const answer = await consumer.ask({ model, messages: hello, temperature: 0.5 });
    assert.equal(answer.choices[0]?.message.content, PIECES.join(""));
    assert.equal(answer.choices[0]?.finish_reason, "stop");
    assert.equal(answer.usage?.total_tokens, 10);
    assert.equal(answer.edgequake?.cost_usd, null);
    assert.equal(heard().options.modelOptions?.["temperature"], 0.5);
    assert.equal(heard().options.requestInitiator?.toLowerCase(), "edgequake.edgequake");
    assert.deepEqual(await consumer.listen({ model, messages: hello }), PIECES);
    // By id where no family is named so.
    const byId = await consumer.ask({ model: "vscode/parrot/grey-1", messages: hello });
    assert.equal(byId.choices[0]?.message.content, PIECES.join(""));
  });

  test("get system prompts, pictures, calls and their results", async () => {
    // One pixel: VS Code looks into pictures before it hands them on.
    const pixel =
      "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
    await consumer.ask({
      model: "vscode/parrot/grey",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Look:" },
            { type: "image_url", image_url: { url: `data:image/png;base64,${pixel}` } },
          ],
        },
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "look", arguments: '{"at":"a"}' } }],
        },
        { role: "tool", tool_call_id: "c1", content: "a picture" },
      ],
    });
    const { messages } = heard();
    const said = messages.flatMap(({ content }) => content);
    assert.ok(said.some(({ value }) => value === "Be brief."));
    const picture = said.find(({ mimeType }) => mimeType === "image/png");
    assert.ok((picture?.data?.length ?? 0) > 0);
    assert.equal(said.filter(({ callId }) => callId === "c1").length, 2, "the call and its result");
  });

  test("call tools", async () => {
    const tools = [{ type: "function", function: { name: "look", parameters: { type: "object" } } }];
    const answer = await consumer.ask({ model: "vscode/parrot/grey", messages: hello, tools });
    const [choice] = answer.choices;
    assert.equal(choice?.finish_reason, "tool_calls");
    assert.deepEqual(choice?.message.tool_calls?.[0]?.function, { name: "look", arguments: '{"at":"a"}' });
    assert.deepEqual(
      heard().options.tools?.map(({ name }) => name),
      ["look"],
    );
  });

  test("refuse in our classes, and say what there is", async () => {
    await assert.rejects(consumer.ask({ model: "vscode/parrot/mute", messages: hello, num_retries: 0 }), {
      name: "ContentPolicyViolationError",
      llm_provider: "vscode",
      message: /does not say that/,
    });
    await assert.rejects(consumer.ask({ model: "vscode/parrot/blue", messages: hello }), {
      name: "NotFoundError",
      message: /no model "blue".*grey/,
    });
    await assert.rejects(consumer.ask({ model: "vscode/nobody/x", messages: hello }), {
      name: "NotFoundError",
      message: /no models of "nobody"/,
    });
  });

  test(`stop when the call is left${KEEPS_CANCELLATIONS ? ", unless VS Code 1.117 tells them nothing" : ""}`, async () => {
    const asked = { model: "vscode/parrot/endless", messages: hello };
    assert.ok((await consumer.listen(asked, (seen) => seen.length >= 4)).length >= 4);
    // There the model goes on, and nobody listens any more.
    if (KEEPS_CANCELLATIONS) heard().cancelled = true;
    await poll("the model to hear of it", PATIENCE_MS, () => heard().cancelled);
    assert.deepEqual(await consumer.listen({ ...asked, model: "vscode/parrot/grey" }), PIECES);
  });

  test("stand in EdgeQuake's list, and not in what EdgeQuake lists to VS Code", async () => {
    const { models } = await consumer.models();
    const own = models.filter(({ provider }) => provider === "vscode").map(({ model }) => model);
    assert.ok(own.includes("vscode/parrot/grey"), own.join(", "));
    assert.ok(!own.some((model) => model.startsWith("vscode/edgequake/")), own.join(", "));
    const listed = await vscode.lm.selectChatModels({ vendor: "edgequake" });
    assert.deepEqual(
      listed.map(({ id }) => id).filter((id) => id.startsWith("vscode/")),
      [],
    );
  });

  test("are never EdgeQuake's own", async () => {
    const asked = consumer.ask({ model: "vscode/edgequake/mock/echo", messages: hello });
    await assert.rejects(asked, { name: "BadRequestError", message: /EdgeQuake itself/ });
  });
});
