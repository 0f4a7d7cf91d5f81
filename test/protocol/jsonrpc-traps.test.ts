// Every known trap of JSON-RPC over a child's pipes, each with its name, seen through the typed client.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { rmSync } from "node:fs";
import { PassThrough } from "node:stream";
import { Client, type ClientOptions } from "../../server/connection/client.ts";
import { APIConnectionError, Cancelled, RateLimitError, Timeout } from "../../server/protocol/errors.ts";
import type { ChatCompletionChunk } from "../../server/protocol/messages.ts";
import { poll } from "../host/poll.ts";
import { chat, silence, status, streamEvents, textEvent } from "../server/openai-bytes.ts";
import { type Backend, backends, cleanEnvironment, makeHome, NODE, SERVER } from "./backend-process.ts";
import { frame } from "./raw-client.ts";
import { HELLO, scriptedProvider } from "./scripted.ts";

/** The promise is 250 ms; machines that run tests are slow. */
const REJECTED_MS = 750;

interface Spawned {
  client: Client;
  child: ReturnType<typeof spawn>;
  pid: number;
}

describe("traps of vscode-jsonrpc", function () {
  this.timeout(30_000);
  const provider = scriptedProvider();
  const running: { spawned: Spawned; home: string }[] = [];
  const unhandled: unknown[] = [];
  const noteUnhandled = (reason: unknown): void => {
    unhandled.push(reason);
  };
  before(() => process.on("unhandledRejection", noteUnhandled));
  after(() => process.off("unhandledRejection", noteUnhandled));
  beforeEach(() => {
    unhandled.length = 0;
  });
  afterEach(async () => {
    for (const { spawned, home } of running.splice(0)) {
      const { child, client } = spawned;
      client.dispose();
      if (child.exitCode === null && child.signalCode === null) {
        const gone = new Promise((resolve) => child.once("exit", resolve));
        child.kill("SIGKILL");
        await gone;
      }
      rmSync(home, { recursive: true, force: true });
    }
    await new Promise((resolve) => setImmediate(resolve));
    assert.deepEqual(unhandled, [], "an unhandled rejection");
  });

  async function connected(options: Partial<ClientOptions> = {}): Promise<Spawned> {
    const home = makeHome();
    const child = spawn(NODE, [SERVER, "--stdio"], {
      env: cleanEnvironment(home),
      stdio: ["pipe", "pipe", "pipe"],
    });
    assert.ok(child.stdout && child.stdin && child.pid);
    const client = new Client({ input: child.stdout, output: child.stdin, ...options });
    const spawned = { client, child, pid: child.pid };
    running.push({ spawned, home });
    await client.initialize();
    return spawned;
  }
  const call = (
    extra: Record<string, unknown> = {},
  ): { model: string; messages: never[]; api_base: string } => {
    return {
      model: "openai/scripted-1",
      messages: HELLO as never[],
      api_base: provider().v1,
      num_retries: 0,
      ...extra,
    } as never;
  };

  it("after the child dies pending requests reject, within 250 ms, with the partial text kept", async () => {
    const { client, child } = await connected();
    provider().always(async (exchange) => {
      const stream = exchange.request.body.includes('"stream":true');
      if (!stream) return;
      await exchange.begin();
      await exchange.part(textEvent("Hello"));
    });
    const whole = client.completion(call());
    const list = client.request("edgequake/models", { provider: "openai", api_base: provider().v1 });
    const stream = client.stream(call());
    const seen: ChatCompletionChunk[] = [];
    const reading = (async () => {
      for await (const chunk of stream) seen.push(chunk);
    })();
    const settled: Promise<unknown>[] = [whole, list, reading, stream.end].map((one) =>
      (one as Promise<unknown>).then(
        () => assert.fail("settled as a success"),
        (error: unknown) => {
          assert.ok(error instanceof APIConnectionError, String(error));
          return performance.now();
        },
      ),
    );
    await poll("the first text", 5000, () => seen.length > 0, 5);
    const killed = performance.now();
    child.kill("SIGKILL");
    const times = (await Promise.all(settled)) as number[];
    const took = Math.max(...times) - killed;
    console.log(`        everything pending rejected ${took.toFixed(0)} ms after SIGKILL (promise: 250)`);
    assert.ok(took < REJECTED_MS, `${took.toFixed(0)} ms`);
    assert.equal(stream.partial().choices[0]?.message.content, "Hello");
    await client.closed;
  });

  it("dispose() rejects what is pending at once, also while the child lives and is silent", async () => {
    const { client } = await connected();
    provider().always(silence);
    const pending = client.completion(call());
    const before = performance.now();
    client.dispose("the test is over");
    await assert.rejects(pending, (error: unknown) => {
      assert.ok(error instanceof APIConnectionError);
      assert.match(error.message, /the test is over/);
      return true;
    });
    assert.ok(performance.now() - before < REJECTED_MS);
  });

  it("a send after close rejects its own call and is no unhandled rejection", async () => {
    const { client, child } = await connected();
    child.kill("SIGKILL");
    await client.closed;
    await assert.rejects(client.completion(call()), APIConnectionError);
    await assert.rejects(client.request("edgequake/usage"), APIConnectionError);
    await assert.rejects(client.stream(call()).end, APIConnectionError);
    await assert.rejects(client.shutdown(), APIConnectionError);
    client.pushConfiguration({ num_retries: 1 });
    client.dispose();
    client.dispose();
  });

  it("a send in the very moment of the death is no unhandled rejection either", async () => {
    const { client, child } = await connected();
    child.kill("SIGKILL");
    const calls = Array.from({ length: 50 }, () =>
      client.completion(call()).catch((error: unknown) => error),
    );
    for (const error of await Promise.all(calls)) assert.ok(error instanceof APIConnectionError);
  });

  it("a failure keeps its class and status over the hop", async () => {
    const { client } = await connected();
    provider().always(status(429, "{}", { "retry-after": "7200", "x-request-id": "req_1" }));
    await assert.rejects(client.completion(call()), (error: unknown) => {
      assert.ok(error instanceof RateLimitError);
      assert.equal(error.name, "RateLimitError");
      assert.equal(error.status_code, 429);
      assert.equal(error.llm_provider, "openai");
      assert.equal(error.retry_after_ms, 7_200_000);
      assert.equal(error.request_id, "req_1");
      assert.match(error.model ?? "", /scripted-1/);
      return true;
    });
    provider().always(silence);
    await assert.rejects(client.completion({ ...call(), timeout: 0.3 }), Timeout);
  });

  it("a response never overtakes its chunks", async () => {
    const { client } = await connected({ capabilities: { compactDeltas: false } });
    const words = Array.from({ length: 3000 }, (_, index) => `${index} `);
    provider().always(chat(...words));
    const streams = Array.from({ length: 10 }, () => client.stream(call()));
    for (const stream of streams) {
      const end = await stream.end;
      let count = 0;
      for await (const _chunk of stream) count += 1;
      assert.equal(end.chunks, count);
      assert.equal(stream.partial().choices[0]?.message.content, words.join(""));
    }
  });

  it("`break` cancels the call upstream", async () => {
    const { client } = await connected();
    provider().always(async (exchange) => {
      await exchange.begin();
      while (exchange.open) {
        await exchange.part(textEvent("more "));
        await exchange.wait(20);
      }
    });
    for await (const chunk of client.stream(call())) if (chunk.choices[0]?.delta.content) break;
    await provider().exchanges[0]?.gone;
  });

  it("an AbortSignal frees the caller at once", async () => {
    const { client } = await connected();
    provider().always(silence);
    const abort = new AbortController();
    const pending = client.completion(call(), { signal: abort.signal });
    await poll("the request", 5000, () => provider().requests.length > 0, 5);
    abort.abort();
    await assert.rejects(pending, Cancelled);
    await provider().exchanges[0]?.gone;
  });

  it("one stray line on stdout does not hang the client: everything pending rejects and says why", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const client = new Client({ input, output });
    const pending = client.completion(call());
    input.write("Debugger attached.\n\r\n\r\n");
    await assert.rejects(pending, (error: unknown) => {
      assert.ok(error instanceof APIConnectionError);
      return true;
    });
    await client.closed;
  });

  it("a frame of absurd length ends the connection instead of waiting for it", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const client = new Client({ input, output });
    const pending = client.completion(call());
    input.write("Content-Length: 99999999999\r\n\r\n{");
    await assert.rejects(pending, APIConnectionError);
  });

  it("a frame that is not JSON ends the connection, with the pending calls rejected", async () => {
    const [input, output] = [new PassThrough(), new PassThrough()];
    const client = new Client({ input, output });
    const pending = client.completion(call());
    input.write(frame("not json"));
    await assert.rejects(pending, APIConnectionError);
  });

  for (const body of [
    "null",
    "5",
    "[]",
    "{}",
    '{"id":"c1"}',
    '{"method":"edgequake/chunkBatch"}',
    '{"method":"edgequake/chunkBatch","params":null}',
    '{"method":"edgequake/chunk"}',
    '{"id":"c1","error":null}',
    '{"id":null,"result":1}',
  ]) {
    it(`a backend that sends ${body} crashes nobody`, async () => {
      const [input, output] = [new PassThrough(), new PassThrough()];
      const client = new Client({ input, output });
      const pending = client.completion(call()).catch((error: unknown) => error);
      input.write(frame(body));
      await new Promise((resolve) => setImmediate(resolve));
      client.dispose();
      await pending;
    });
  }

  it("arguments that are no JSON reject their own call", async () => {
    const { client } = await connected();
    const circular: Record<string, unknown> = {};
    circular["self"] = circular;
    await assert.rejects(client.completion({ ...call(), metadata: circular }), /BadRequestError/);
    await assert.rejects(client.completion({ ...call(), big: 10n }), /BadRequestError/);
    assert.ok(await client.request("edgequake/usage"));
  });
});

describe("traps of a backend with open streams", function () {
  this.timeout(30_000);
  const start = backends();
  const provider = scriptedProvider(async (exchange) => {
    await exchange.begin();
    for (const event of streamEvents(["a", "b"], { finish: null, done: false })) await exchange.part(event);
  });

  it("it serves the next call while streams hang", async () => {
    const backend: Backend = start();
    const { client } = backend;
    await client.initialize();
    for (let index = 0; index < 20; index += 1) {
      client
        .start("edgequake/completionStream", {
          ...{ model: "openai/s", messages: HELLO, api_base: provider().v1 },
          stream_id: `h${index}`,
        })
        .response.catch(() => {});
    }
    await client.until("all to hang", () =>
      Array.from({ length: 20 }, (_, i) => client.text(`h${i}`)).every((text) => text === "ab"),
    );
    const before = performance.now();
    await client.result("edgequake/completion", { model: "mock/echo", messages: HELLO });
    assert.ok(performance.now() - before < 1500);
  });
});
