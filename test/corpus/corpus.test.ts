// Recorded exchanges of real providers through the built backend: every chat, stream, embedding and error must
// come out as the bytes say. Left out, and said so, where the recordings are not beside the project.
// CORPUS_ONLY=anthropic,gemini replays these providers alone, and then only says what failed.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Client } from "../../server/connection/client.ts";
import { OpenAIError } from "../../server/protocol/errors.ts";
import type { CompletionParams, EmbeddingParams, Message } from "../../server/protocol/messages.ts";
import { compareAnswer, compareError, compareFailure, compareVectors } from "./compare.ts";
import { expectedClass } from "./expected-error.ts";
import { KNOWN_FAILURES, KNOWN_REQUESTS } from "./known-failures.ts";
import { parsed, vectorsOf } from "./oracle.ts";
import { outOfScope } from "./out-of-scope.ts";
import { CORPUS, corpusIsHere, type Entry, entries, type Recording, read } from "./recordings.ts";
import { ReplayServer } from "./replay-server.ts";
import { WIRES } from "./wires/index.ts";
import type { Json, Wire } from "./wires/wire.ts";

const FAKE_KEY = "sk-fake-key-for-replay";
const SERVER = new URL("../../dist/server.js", import.meta.url).pathname;
const MUST = { seed: 0.98, other: 0.95, error: 0.95, request: 0.95, requests_of_seed: 20 };
/** The five whose bar is higher. */
const SEED = ["openai", "anthropic", "gemini", "mistral", "ollama"];
const ONLY = process.env["CORPUS_ONLY"]?.split(",");

interface Outcome {
  entry: Entry;
  /** undefined: as the bytes say. */
  wrong: string | undefined;
}
/** One recording with the wire that replays it. */
interface Case {
  entry: Entry;
  recording: Recording;
  wire: Wire;
}

describe("recorded provider traffic", function () {
  this.timeout(300_000);
  const recordings = new Map<string, Recording>();
  const outcomes: Outcome[] = [];
  const requests: Outcome[] = [];
  const unreplayed: Entry[] = [];
  let replay: ReplayServer;
  let child: ChildProcess;
  let client: Client;

  before(async function () {
    if (!corpusIsHere()) {
      console.log(`      left out: there are no recordings at ${CORPUS}`);
      this.skip();
    }
    replay = new ReplayServer(recordings);
    const port = await replay.start();
    const spawned = spawn(process.execPath, [SERVER, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: {},
    });
    child = spawned;
    // Floats as they stand in the bytes, not as float32.
    const capabilities = { base64Embeddings: false, binaryEmbeddings: false };
    client = new Client({ input: spawned.stdout, output: spawned.stdin, capabilities });
    await client.initialize();
    for (const entry of entries()) {
      if (ONLY && !ONLY.includes(entry.provider)) continue;
      const wire = outOfScope(entry) === undefined ? WIRES.find((one) => one.replays(entry)) : undefined;
      if (!wire) {
        unreplayed.push(entry);
        continue;
      }
      const recording = read(entry);
      recordings.set(entry.id, recording);
      outcomes.push({ entry, wrong: await compare({ entry, recording, wire }, port) });
    }
  });

  after(async () => {
    if (!client) return;
    const gone = once(child, "exit");
    await client.shutdown();
    await gone;
    await replay.stop();
  });

  it("every recording is replayed, or out of scope for a reason", () => {
    const reasons = new Map<string, number>();
    for (const entry of unreplayed) {
      const reason = outOfScope(entry) ?? assert.fail(`${entry.id} (${entry.api}) is replayed by no wire`);
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
    for (const [reason, count] of reasons) console.log(`      ${count} out of scope: ${reason}`);
  });

  it("chats, streams and embeddings come out as the bytes say", () => {
    const good = outcomes.filter(({ entry }) => entry.kind !== "error");
    report(good);
    for (const [provider, own] of byProvider(good))
      atLeast(SEED.includes(provider) ? MUST.seed : MUST.other, own, provider);
  });

  it("errors become LiteLLM's classes", () => {
    const errors = outcomes.filter(({ entry }) => entry.kind === "error");
    report(errors);
    atLeast(MUST.error, errors, "errors");
  });

  it("what fails is exactly what is known to fail", () => {
    const failed = outcomes.filter(({ wrong }) => wrong !== undefined);
    for (const { entry, wrong } of failed)
      console.log(`      ${entry.id}: ${wrong} (${KNOWN_FAILURES[entry.id] ?? "new"})`);
    assert.deepEqual(failed.map(({ entry }) => entry.id).sort(), known(KNOWN_FAILURES, outcomes));
  });

  it("a recorded request, said in OpenAI's shape, is sent as it was recorded", () => {
    report(requests);
    const failed = requests.filter(({ wrong }) => wrong !== undefined);
    for (const { entry, wrong } of failed)
      console.log(`      ${entry.id}: ${wrong} (${KNOWN_REQUESTS[entry.id] ?? "new"})`);
    for (const [provider, own] of byProvider(requests)) {
      const agreeing = own.filter(({ wrong }) => wrong === undefined).length;
      if (SEED.includes(provider)) assert.ok(agreeing >= MUST.requests_of_seed, `${provider}: ${agreeing}`);
    }
    atLeast(MUST.request, requests, "requests");
    assert.deepEqual(failed.map(({ entry }) => entry.id).sort(), known(KNOWN_REQUESTS, requests));
  });

  /** As recorded; where that is refused before anything is sent, a plain question brings the recorded answer. */
  async function compare(one: Case, port: number): Promise<string | undefined> {
    const { entry, recording, wire } = one;
    const body = bodyOf(recording);
    const base = typeof wire.base === "string" ? wire.base : wire.base(entry, recording);
    const params = {
      ...wire.extra,
      model: wire.model(entry, body, recording),
      api_base: `http://127.0.0.1:${port}/${entry.id}${base}`,
      api_key: FAKE_KEY,
      num_retries: 0,
    };
    const isEmbedding = /embed/i.test(entry.api ?? "");
    const streamed = !isEmbedding && (entry.kind === "chat-stream" || body?.["stream"] === true);
    const ask = (rest: Json): Promise<string | undefined> => {
      if (isEmbedding) return embed({ input: "Hello", ...rest, ...params }, one);
      const call = { messages: [HELLO], ...rest, ...params, stream: streamed };
      return streamed ? stream(call, one) : chat(call, one);
    };
    const recorded = body ? wire.callOf(body, entry, recording) : {};
    let wrong = await ask(recorded);
    const asked = replay.asked.get(entry.id);
    if (asked === undefined) {
      requests.push({ entry, wrong: "nothing was sent" });
      wrong = await ask({});
    } else {
      const sent = JSON.parse(asked.body) as Json;
      const address = wire.wrongAddress(asked, entry, FAKE_KEY, streamed, recording);
      requests.push({
        entry,
        wrong: address ?? (body ? wire.wrongBody(sent, body, entry, recording) : undefined),
      });
      // Once more without a word on the encoding: numbers must come out, whatever the bytes hold.
      if (isEmbedding && body?.["encoding_format"]) wrong ??= await ask({ input: recorded["input"] });
    }
    return replay.asked.has(entry.id) ? wrong : "the recording was never asked for";
  }

  async function chat(call: CompletionParams, one: Case): Promise<string | undefined> {
    const { entry, recording, wire } = one;
    try {
      const response = await client.completion(call);
      if (entry.kind === "error") return "an error came out as an answer";
      return compareAnswer(response, wire.said(entry, recording));
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      if (entry.kind === "error") return compareError(error, entry, classOf(one));
      return compareFailure(error, wire.said(entry, recording));
    }
  }

  async function stream(call: CompletionParams, one: Case): Promise<string | undefined> {
    const { entry, recording, wire } = one;
    const streaming = client.stream(call);
    try {
      const finished = new Set<number>();
      for await (const { choices, usage } of streaming) {
        for (const { index, delta, finish_reason } of choices) {
          // The chunk of the usage, where it was asked for, follows with an empty delta.
          const isUsage = usage !== undefined && Object.keys(delta).length === 0;
          if (finished.has(index) && !isUsage) return `choice ${index} goes on after its finish reason`;
          if (finish_reason !== null && finish_reason !== undefined) finished.add(index);
        }
      }
      if (entry.kind === "error") return "an error came out as an answer";
      return compareAnswer(await streaming.response(), wire.said(entry, recording));
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      if (entry.kind === "error") return compareError(error, entry, classOf(one));
      return compareFailure(error, wire.said(entry, recording), streaming.partial());
    }
  }

  async function embed(call: EmbeddingParams, one: Case): Promise<string | undefined> {
    const { entry, recording, wire } = one;
    try {
      const response = await client.embedding(call);
      if (entry.kind === "error") return "an error came out as an answer";
      const { encoding_format } = call;
      const unasked = response.data.some(({ embedding }) => typeof embedding === "string");
      if (encoding_format !== "base64" && unasked) return "base64 that nobody asked for";
      const said = wire.vectors?.(entry, recording) ?? vectorsOf(entry, recording.response.body ?? "");
      return compareVectors(response, said);
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      return entry.kind === "error" ? compareError(error, entry, classOf(one)) : `${error}`;
    }
  }
});

const HELLO: Message = { role: "user", content: "Hello" };

function classOf({ entry, recording, wire }: Case): string {
  return wire.errorClass?.(entry, recording) ?? expectedClass(entry.status, recording.response.body ?? "");
}

/** undefined where the recorder left the request, or a part of it, out. */
function bodyOf({ request }: Recording): Json | undefined {
  const body = request.body && !request.body_omitted_bytes ? parsed(request.body) : undefined;
  return typeof body === "object" && body !== null ? (body as Json) : undefined;
}

/** The known ones among those that were replayed. */
function known(list: Readonly<Record<string, string>>, outcomes: readonly Outcome[]): string[] {
  const replayed = new Set(outcomes.map(({ entry }) => entry.id));
  return Object.keys(list)
    .filter((id) => !ONLY || replayed.has(id))
    .sort();
}

function byProvider(outcomes: readonly Outcome[]): Map<string, Outcome[]> {
  return Map.groupBy(outcomes, ({ entry }) => entry.provider);
}

function report(outcomes: readonly Outcome[]): void {
  const groups = new Map<string, { ok: number; total: number }>();
  for (const { entry, wrong } of outcomes) {
    const key = `${entry.provider} ${entry.kind}`;
    const group = groups.get(key) ?? { ok: 0, total: 0 };
    group.total += 1;
    if (wrong === undefined) group.ok += 1;
    groups.set(key, group);
  }
  const cells = [...groups].sort().map(([key, { ok, total }]) => `${key} ${ok}/${total}`);
  console.log(`      ${cells.join(", ")}`);
}

function atLeast(share: number, outcomes: readonly Outcome[], what: string): void {
  const ok = outcomes.filter(({ wrong }) => wrong === undefined).length;
  const reached = ok / outcomes.length;
  console.log(`      ${what}: ${ok} of ${outcomes.length} (${(reached * 100).toFixed(1)} %)`);
  assert.ok(reached >= share, `${what}: ${ok} of ${outcomes.length}`);
}
