// A stock vscode-jsonrpc client, with its own reader and writer: nothing of ours between it and the backend.

import assert from "node:assert/strict";
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { rmSync } from "node:fs";
import {
  CancellationTokenSource,
  createMessageConnection,
  type MessageConnection,
  ResponseError,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-jsonrpc/node";
import type { ErrorData } from "../../server/protocol/errors.ts";
import type { ModelResponse } from "../../server/protocol/messages.ts";
import type { StreamEnd } from "../../server/protocol/schema.ts";
import { poll } from "../host/poll.ts";
import { chat, silence, status } from "../server/openai-bytes.ts";
import { cleanEnvironment, makeHome, NODE, SERVER } from "./backend-process.ts";
import { type ChunkMessage, textOf } from "./raw-client.ts";
import { HELLO, openai, scriptedProvider } from "./scripted.ts";

describe("a stock vscode-jsonrpc client", function () {
  this.timeout(30_000);
  const provider = scriptedProvider(chat("Hello", " there", "!"));
  let child: ChildProcessWithoutNullStreams;
  let connection: MessageConnection;
  let home = "";
  beforeEach(async () => {
    home = makeHome();
    child = spawn(NODE, [SERVER, "--stdio"], {
      env: cleanEnvironment(home),
      stdio: ["pipe", "pipe", "pipe"],
    });
    connection = createMessageConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    connection.listen();
    await connection.sendRequest("initialize", { processId: process.pid, capabilities: {} });
    await connection.sendNotification("initialized", {});
  });
  afterEach(async () => {
    connection.dispose();
    const gone = new Promise((resolve) => child.once("exit", resolve));
    if (child.exitCode === null && child.signalCode === null) {
      child.kill("SIGKILL");
      await gone;
    }
    rmSync(home, { recursive: true, force: true });
  });

  it("completes", async () => {
    const answer = await connection.sendRequest<ModelResponse>("edgequake/completion", openai(provider()));
    assert.equal(answer.choices[0]?.message.content, "Hello there!");
  });

  it("streams: every chunk handled before the response resolves", async () => {
    const chunks: ChunkMessage[] = [];
    connection.onNotification("edgequake/chunk", (params: ChunkMessage) => {
      chunks.push(params);
    });
    const end = await connection.sendRequest<StreamEnd>(
      "edgequake/completionStream",
      openai(provider(), { stream_id: "s" }),
    );
    assert.equal(textOf(chunks.flatMap((one) => one.chunks)), "Hello there!");
    assert.equal(end.chunks, chunks.flatMap((one) => one.chunks).length);
  });

  it("cancels with a CancellationToken", async () => {
    provider().always(silence);
    const source = new CancellationTokenSource();
    const call = connection.sendRequest("edgequake/completion", openai(provider()), source.token);
    await poll("the request", 5000, () => provider().requests.length > 0, 5);
    source.cancel();
    await assert.rejects(call, (error: unknown) => {
      assert.ok(error instanceof ResponseError);
      assert.equal(error.code, -32800);
      assert.equal((error.data as ErrorData).name, "Cancelled");
      return true;
    });
    await provider().exchanges[0]?.gone;
  });

  it("gets errors with their status, not a plain -32603", async () => {
    provider().always(status(429, "{}", { "retry-after": "7200" }));
    await assert.rejects(
      connection.sendRequest("edgequake/completion", openai(provider())),
      (error: unknown) => {
        assert.ok(error instanceof ResponseError);
        assert.equal(error.code, -32803);
        const data = error.data as ErrorData;
        assert.equal(data.name, "RateLimitError");
        assert.equal(data.status_code, 429);
        assert.equal(data.retry_after_ms, 7_200_000);
        return true;
      },
    );
  });

  it("answers edgequake/secret", async () => {
    connection.onRequest("edgequake/secret", () => ({ api_key: "sk-fake-stock" }));
    // Declared only at initialize: a second session does.
    const other = spawn(NODE, [SERVER, "--stdio"], {
      env: cleanEnvironment(home),
      stdio: ["pipe", "pipe", "pipe"],
    });
    const session = createMessageConnection(
      new StreamMessageReader(other.stdout),
      new StreamMessageWriter(other.stdin),
    );
    try {
      session.onRequest("edgequake/secret", () => ({ api_key: "sk-fake-stock" }));
      session.listen();
      const config = { providers: { openai: { api_base: provider().v1 } } };
      await session.sendRequest("initialize", {
        initializationOptions: { capabilities: { secrets: true }, config },
      });
      await session.sendRequest("edgequake/completion", { model: "openai/scripted-1", messages: HELLO });
      assert.equal(provider().requests[0]?.headers["authorization"], "Bearer sk-fake-stock");
    } finally {
      session.dispose();
      const gone = new Promise((resolve) => other.once("exit", resolve));
      other.kill("SIGKILL");
      await gone;
    }
  });

  it("shuts down in the LSP way", async () => {
    await connection.sendRequest("shutdown");
    const code = new Promise<number | null>((resolve) => child.once("exit", resolve));
    await connection.sendNotification("exit");
    assert.equal(await code, 0);
  });
});
