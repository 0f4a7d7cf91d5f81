// An extension of the other extension host: it runs as a worker in the browser, without Node, and EdgeQuake in a process
// where the files are. Across hosts it gets answers, streams, vectors, typed errors and a stop, under its own leave.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import type { ErrorData } from "../../../server/protocol/errors.ts";
import type { EmbeddingResponse, ModelResponse } from "../../../server/protocol/messages.ts";
import type { ModelsResult, StreamEnd } from "../../../server/protocol/results.ts";
import { PATIENCE_MS, poll } from "../../host/poll.ts";
import type { ScriptedProvider } from "../../server/scripted-provider.ts";
import { FAKE_KEY, startScriptedAnswers, VECTORS, WORDS } from "../scripted-answers.ts";
import { withLeave } from "./questions.ts";
import { startSecondBackend } from "./second-backend.ts";

const CALLER = "edgequake-tests.worker";

interface Failed {
  error: ErrorData & { message: string };
}
interface Heard extends Partial<Failed> {
  pieces: string[];
  end?: StreamEnd;
  cancelled?: { cancelled: boolean };
  after?: Failed;
}
/** What the extension there says of itself. */
interface Where {
  node: string | null;
  scope: string;
  kind: string;
  exports: string;
}

/** VS Code 1.117 looks for such models again and again, and never answers. */
const NO_ANSWER = vscode.version.startsWith("1.117.") ? " (left out: VS Code 1.117 never answers there)" : "";

const there = <T>(name: string, ...args: unknown[]): Promise<T> =>
  Promise.resolve(vscode.commands.executeCommand<T>(`edgequakeWorker.${name}`, ...args));
const call = <T>(name: string, params: unknown): Promise<T> => there<T>("call", name, CALLER, params);

suite("from the other extension host", () => {
  let provider: ScriptedProvider;
  const asked = (model: string, more: object = {}) => ({
    model: `openai/${model}`,
    messages: [{ role: "user", content: "Say hello." }],
    api_base: provider.v1,
    api_key: FAKE_KEY,
    num_retries: 0,
    ...more,
  });

  suiteSetup(async function () {
    // The runner of desktop builds installs no extension for the other host.
    if (vscode.env.uiKind !== vscode.UIKind.Web) this.skip();
    provider = await startScriptedAnswers();
  });
  suiteTeardown(async () => {
    await provider?.stop();
    assert.deepEqual(provider?.errors ?? [], []);
  });

  test("it is another one: a worker without Node, which EdgeQuake's exports do not reach", async () => {
    const where = await there<Where>("where");
    assert.deepEqual(where, {
      node: null,
      scope: "DedicatedWorkerGlobalScope",
      kind: "UI",
      exports: "no such extension",
    });
    // And this host, EdgeQuake's own, has Node and knows nothing of the extension there.
    assert.ok(process.versions.node);
    assert.ok(vscode.extensions.getExtension("edgequake.edgequake"));
    assert.equal(vscode.extensions.getExtension(CALLER), undefined);
  });

  test("its leave is asked for in its name, before anything is sent, and remembered", async () => {
    const first = call<ModelResponse>("completion", asked("plain"));
    const streamed = there<Heard>("listen", CALLER, asked("plain"));
    await vscode.commands.executeCommand("notifications.focusToasts");
    assert.equal(provider.requests.length, 0);
    assert.equal((await withLeave(first)).choices[0]?.message.content, WORDS.join(""));
    assert.deepEqual((await streamed).pieces, WORDS);
    const again = await call<ModelResponse>("completion", asked("plain"));
    assert.equal(again.choices[0]?.message.content, WORDS.join(""));
    assert.ok((again.usage?.total_tokens ?? 0) > 0);
  });

  test("a stream comes piece by piece, with its totals at the end", async () => {
    const heard = await there<Heard>("listen", CALLER, asked("paced"));
    assert.deepEqual(heard.pieces, WORDS);
    assert.deepEqual(heard.end?.finish_reasons, ["stop"]);
    assert.equal(heard.end?.attempts, 1);
  });

  test("vectors are lists of numbers, models are listed", async () => {
    const { data } = await call<EmbeddingResponse>("embedding", {
      ...asked("embed"),
      messages: undefined,
      input: ["a", "b"],
    });
    assert.deepEqual(
      data.map(({ embedding }) => embedding),
      VECTORS,
    );
    const { models } = await call<ModelsResult>("models", { provider: "mock" });
    assert.ok(models.some(({ model }) => model === "mock/echo"));
  });

  test("failures have LiteLLM's names and fields, streamed or not", async () => {
    const failures: [model: string, name: string, status: number][] = [
      ["refused", "AuthenticationError", 401],
      ["limited", "RateLimitError", 429],
      ["html", "APIError", 500],
      ["cut", "APIConnectionError", 500],
    ];
    for (const [model, name, status] of failures) {
      const streamed = (await there<Heard>("listen", CALLER, asked(model))).error ?? assert.fail(model);
      const { error } = await call<Failed>("completion", asked(model));
      assert.deepEqual([streamed.name, streamed.status_code], [name, status], model);
      assert.equal(error.llm_provider, "openai");
      if (model !== "cut") assert.deepEqual([error.name, error.status_code], [name, status], model);
      if (model === "limited") assert.equal(error.retry_after_ms, 7000);
    }
    const nobody = await there<Failed>("call", "completion", undefined, asked("plain"));
    assert.equal(nobody.error.name, "BadRequestError");
    const unknown = await call<Failed>("completion", { ...asked("x"), model: "nosuch/x" });
    assert.equal(unknown.error.name, "BadRequestError");
  });

  test("what came before a cut is not lost", async () => {
    const { pieces, error } = await there<Heard>("listen", CALLER, asked("cut"));
    assert.deepEqual(pieces, WORDS.slice(0, pieces.length));
    assert.ok(pieces.length > 0);
    assert.equal(error?.partial, true);
  });

  test("cancelling closes the connection to the provider, and the stream is gone", async () => {
    const heard = await there<Heard>("listen", CALLER, asked("endless"), 3);
    assert.ok(heard.pieces.length >= 3);
    assert.deepEqual(heard.cancelled, { cancelled: true });
    assert.equal(heard.after?.error.name, "NotFoundError");
    await poll("the socket to close", 2000, () => provider.exchanges.at(-1)?.open === false);
  });

  test("its calls are its own in the ledger, and its budget holds", async function () {
    if (process.platform !== "linux") this.skip();
    const second = await startSecondBackend();
    try {
      await poll("its calls in the ledger", PATIENCE_MS, async () => {
        const { rows } = await second.client.request("edgequake/usage", { by: ["caller"] });
        return (rows.find(({ caller }) => caller === CALLER)?.calls ?? 0) >= 4;
      });
    } finally {
      await second.stop();
    }
    const settings = () => vscode.workspace.getConfiguration("edgequake");
    await settings().update("callerBudgets", { [CALLER]: 0 }, vscode.ConfigurationTarget.Global);
    try {
      const refused = await poll("the budget to hold", PATIENCE_MS, async () => {
        const { error } = await call<Partial<Failed>>("completion", asked("gpt-4o-mini"));
        return error;
      });
      assert.equal(refused.name, "BudgetExceededError");
      const sent = provider.requests.length;
      const streamed = await there<Heard>("listen", CALLER, asked("gpt-4o-mini"));
      assert.equal(streamed.error?.name, "BudgetExceededError");
      assert.equal(provider.requests.length, sent);
    } finally {
      await settings().update("callerBudgets", undefined, vscode.ConfigurationTarget.Global);
    }
  });

  // A fact of VS Code, and why the commands are there: a host knows the models of its own extensions alone.
  test(`VS Code's own API for models does not reach there${NO_ANSWER}`, async function () {
    if (NO_ANSWER !== "") this.skip();
    const [here] = await vscode.lm.selectChatModels({ vendor: "edgequake", id: "mock/echo" });
    assert.ok(here, "in this host the model is there");
    assert.deepEqual(await there<string[]>("languageModels"), []);
  });
});
