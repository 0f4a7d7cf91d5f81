// The sample extension, as it is printed: its three ways give the same answer, each under its own leave.

import assert from "node:assert/strict";
import * as vscode from "vscode";
import { withLeave } from "./questions.ts";

type Way = (question?: string, model?: string, output?: (text: string) => void) => Promise<string>;
interface Sample {
  ask: Way;
  askByCommands: Way;
  askByLanguageModel: Way;
}

suite("the sample extension", () => {
  let sample: Sample;

  suiteSetup(async () => {
    const extension = vscode.extensions.getExtension<Sample>("edgequake-samples.sample");
    assert.ok(extension, "it is installed");
    sample = await extension.activate();
  });

  test("asks for leave once, and gets its answer by the exported API", async () => {
    assert.equal(await withLeave(sample.ask("one two three")), "one two three");
  });

  test("gets the same by commands, piece by piece", async () => {
    const pieces: string[] = [];
    assert.equal(
      await sample.askByCommands("one two three", "mock/echo", (text) => pieces.push(text)),
      "one two three",
    );
    assert.ok(pieces.filter((piece) => piece !== "").length > 1, "it was streamed");
    await assert.rejects(sample.askByCommands("x", "mock/error-429"), /RateLimitError \(429\)/);
  });

  test("gets the same by VS Code's language models, under the same leave", async () => {
    assert.equal(await sample.askByLanguageModel("one two three"), "one two three");
  });
});

suite("the API by commands", () => {
  const CALLER = "edgequake-samples.sample";
  const api = <T>(name: string, ...args: unknown[]): Thenable<T> =>
    vscode.commands.executeCommand<T>(`edgequake.api.${name}`, ...args);
  interface Failed {
    error: Record<string, unknown>;
  }

  test("gives plain JSON: answers, vectors, models, errors", async () => {
    const messages = [{ role: "user", content: "a b" }];
    const answer = await api<{ choices: { message: { content: string } }[] }>("completion", CALLER, {
      model: "mock/echo",
      messages,
    });
    assert.equal(answer.choices[0]?.message.content, "a b");
    const vectors = await api<{ data: { embedding: number[] }[] }>("embedding", CALLER, {
      model: "mock/embed",
      input: ["x", "y"],
    });
    assert.equal(vectors.data.length, 2);
    assert.ok(Array.isArray(vectors.data[0]?.embedding));
    const listed = await api<{ models: { model: string }[] }>("models", CALLER, { provider: "mock" });
    assert.ok(listed.models.some(({ model }) => model === "mock/echo"));
    const failed = await api<Failed>("completion", CALLER, {
      model: "mock/error-429",
      messages,
      num_retries: 0,
    });
    for (const value of [answer, vectors, listed, failed])
      assert.deepEqual(JSON.parse(JSON.stringify(value)), value);
    const { name, status_code, llm_provider, model, message } = failed.error;
    assert.deepEqual(
      [name, status_code, llm_provider, model],
      ["RateLimitError", 429, "mock", "mock/error-429"],
    );
    assert.match(String(message), /429/);
  });

  test("are refused without a caller, and to who borrows a name", async () => {
    const call = { model: "mock/echo", messages: [{ role: "user", content: "x" }] };
    for (const caller of [undefined, "core", "edgequake.edgequake", 5]) {
      const { error } = await api<Failed>("completion", caller, call);
      assert.equal(error["name"], "BadRequestError", String(caller));
      const begun = await api<Failed>("stream.start", caller, call);
      assert.equal(begun.error["name"], "BadRequestError", String(caller));
    }
  });

  test("a stream that is cancelled is gone", async () => {
    const { stream_id } = await api<{ stream_id: string }>("stream.start", CALLER, {
      model: "mock/slow",
      messages: [{ role: "user", content: "x" }],
    });
    const first = await api<{ chunks: unknown[]; done: boolean }>("stream.next", stream_id);
    assert.ok(first.chunks.length > 0 && !first.done);
    assert.deepEqual(await api("stream.cancel", stream_id), { cancelled: true });
    const after = await api<Failed>("stream.next", stream_id);
    assert.equal(after.error["name"], "NotFoundError");
  });
});
