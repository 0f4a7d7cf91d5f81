// The Router of the exported API, made by a second extension in the same host: deployments, what is told of a call's
// way, and the router of a backend that was restarted.

import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as vscode from "vscode";
import type { CallStatus } from "../../../server/protocol/call-status.ts";
import type { EdgeQuakeAPI, Router, RouterOptions } from "../../../src/api.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, VECTORS, WORDS } from "../scripted-answers.ts";
import { activateConsumer, type Consumer } from "./consumer.ts";

suite("Router of the exported API, from another extension", () => {
  let consumer: Consumer;
  let api: EdgeQuakeAPI;
  let provider: ScriptedProvider;
  let router: Router;
  const messages = [{ role: "user" as const, content: "Say hello." }];
  const at = (id: string, model: string, order: number) => ({
    model_name: "g",
    litellm_params: { model: `openai/${model}`, api_base: provider.v1, api_key: FAKE_KEY, order },
    model_info: { id },
  });

  suiteSetup(async () => {
    consumer = await activateConsumer();
    api = (await consumer.edgequake()) as unknown as EdgeQuakeAPI;
    provider = await startScriptedAnswers();
    router = new api.Router({ model_list: [at("first", "limited", 1), at("second", "plain", 2)] });
  });
  suiteTeardown(async () => {
    await router.dispose();
    await provider.stop();
    assert.deepEqual(provider.errors, []);
  });

  test("answers by a group's name, moves on from what failed, and says so", async () => {
    const heard: CallStatus[] = [];
    const answer = await router.completion({ model: "g", messages, onStatus: (one) => heard.push(one) });
    assert.equal(answer.choices[0]?.message.content, WORDS.join(""));
    const { trace } = answer.edgequake ?? {};
    assert.deepEqual(
      trace?.attempts.map(({ deployment, outcome }) => [deployment, outcome]),
      [
        ["first", "RateLimitError"],
        ["second", "ok"],
      ],
    );
    assert.deepEqual(
      heard.map(({ failed, deployment }) => [failed, deployment]),
      [["RateLimitError", "second"]],
    );
    const { deployments } = await router.status();
    assert.ok((deployments[0]?.cooled_ms ?? 0) > 0);
    assert.doesNotMatch(JSON.stringify(deployments), /sk-fake/);
  });

  test("streams, and embeds", async () => {
    const pieces: string[] = [];
    for await (const { choices } of router.stream({ model: "g", messages }))
      pieces.push(choices[0]?.delta.content ?? "");
    assert.equal(pieces.join(""), WORDS.join(""));
    const { data } = await router.embedding({ model: "g", input: ["one", "two"] });
    assert.deepEqual(
      data.map(({ embedding }) => Array.from(embedding as ArrayLike<number>)),
      VECTORS,
    );
  });

  test("refuses what it cannot read with the class the API hands out, and may be mended", async () => {
    const wrong = new api.Router({ model_list: "none" } as unknown as RouterOptions);
    await assert.rejects(wrong.completion({ model: "g", messages }), (error) => {
      assert.ok(error instanceof api.errors.BadRequestError);
      return true;
    });
    await wrong.dispose();
    await assert.rejects(wrong.status(), /was disposed/);
  });

  test("is made of a LiteLLM config.yaml", async () => {
    const folder = mkdtempSync(join(tmpdir(), "edgequake-api-router-"));
    try {
      const path = join(folder, "config.yaml");
      const params = `{model: openai/plain, api_base: "${provider.v1}"}`;
      writeFileSync(path, `model_list: [{model_name: g, litellm_params: ${params}}]`);
      const made = await api.Router.from_config_yaml(path);
      const answer = await made.completion({ model: "g", messages });
      assert.equal(answer.choices[0]?.message.content, WORDS.join(""));
      await made.dispose();
      await assert.rejects(api.Router.from_config_yaml(join(folder, "none.yaml")), /cannot be read/);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("is there again after the backend was restarted", async () => {
    await vscode.commands.executeCommand("edgequake.restartBackend");
    const answer = await router.completion({ model: "g", messages });
    assert.equal(answer.edgequake?.trace?.router_id, router.id);
  });

  test("keeps counters over an update", async () => {
    const before = (await router.status()).deployments.find(({ id }) => id === "second");
    await router.update({ model_list: [at("second", "plain", 1)] });
    const { deployments } = await router.status();
    assert.deepEqual(
      deployments.map(({ id, requests }) => [id, requests]),
      [["second", before?.requests]],
    );
  });

  test("of the settings is called by its group's name", async () => {
    const settings = () => vscode.workspace.getConfiguration("edgequake");
    const { Global } = vscode.ConfigurationTarget;
    const named = { ...at("set", "plain", 1).litellm_params, api_key: undefined };
    await settings().update("router", { model_list: [{ model_name: "set", litellm_params: named }] }, Global);
    try {
      const answer = await consumer.ask({ model: "router/set", messages });
      assert.equal(answer.choices[0]?.message.content, WORDS.join(""));
      const { models } = await consumer.models();
      assert.ok(models.some(({ model }) => model === "router/set"));
    } finally {
      await settings().update("router", undefined, Global);
    }
  });
});
