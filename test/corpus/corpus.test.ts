// Recorded exchanges of real providers through the built backend: every chat, stream, embedding and error must
// come out as the bytes say. Left out, and said so, where the recordings are not beside the project.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { Client } from "../../server/connection/client.ts";
import { OpenAIError } from "../../server/protocol/errors.ts";
import type { CompletionParams, EmbeddingParams, Message } from "../../server/protocol/messages.ts";
import { compareAnswer, compareError, compareFailure, compareVectors } from "./compare.ts";
import { KNOWN_FAILURES, KNOWN_REQUESTS } from "./known-failures.ts";
import { callOf, projection } from "./ollama-call.ts";
import { parsed, whatTheBytesSay } from "./oracle.ts";
import { CORPUS, corpusIsHere, type Entry, entries, type Recording, read } from "./recordings.ts";
import { type Asked, ReplayServer } from "./replay-server.ts";
import { difference, normalised, wrongRequest } from "./same-request.ts";

const FAKE_KEY = "sk-fake-key-for-replay";
const SERVER = new URL("../../dist/server.js", import.meta.url).pathname;
const MUST = { good: 0.98, error: 0.95, request: 0.95 };

interface Outcome {
  entry: Entry;
  /** undefined: as the bytes say. */
  wrong: string | undefined;
}

describe("recorded provider traffic", function () {
  this.timeout(180_000);
  const recordings = new Map<string, Recording>();
  const outcomes: Outcome[] = [];
  const requests: Outcome[] = [];
  let replay: ReplayServer;
  let child: ChildProcess;
  let client: Client;

  before(async function () {
    if (!corpusIsHere()) {
      console.log(`      left out: there are no recordings at ${CORPUS}`);
      this.skip();
    }
    for (const entry of entries()) recordings.set(entry.id, read(entry));
    replay = new ReplayServer(recordings);
    const port = await replay.start();
    const spawned = spawn(process.execPath, [SERVER, "--stdio"], {
      stdio: ["pipe", "pipe", "inherit"],
      env: {},
    });
    child = spawned;
    // Floats as they stand in the bytes, not as float32.
    const capabilities = { base64Embeddings: false };
    client = new Client({ input: spawned.stdout, output: spawned.stdin, capabilities });
    await client.initialize();
    for (const entry of entries()) {
      const recording = recordings.get(entry.id) as Recording;
      outcomes.push({ entry, wrong: await compare(entry, recording, port) });
    }
  });

  after(async () => {
    if (!client) return;
    const gone = once(child, "exit");
    await client.shutdown();
    await gone;
    await replay.stop();
  });

  it("chats, streams and embeddings come out as the bytes say", () => {
    const good = outcomes.filter(({ entry }) => entry.kind !== "error");
    report(good);
    for (const wire of ["openai", "ollama"]) {
      const own = good.filter(({ entry }) => entry.api?.startsWith(wire));
      atLeast(MUST.good, own, `${wire}'s wire`);
    }
    for (const kind of ["chat", "chat-stream"]) {
      const own = good.filter((outcome) => outcome.entry.kind === kind);
      atLeast(MUST.good, own, kind);
    }
  });

  it("errors become LiteLLM's classes", () => {
    const errors = outcomes.filter(({ entry }) => entry.kind === "error");
    report(errors);
    atLeast(MUST.error, errors, "errors");
  });

  it("what fails is exactly what is known to fail", () => {
    const failed = Object.fromEntries(
      outcomes.filter(({ wrong }) => wrong !== undefined).map(({ entry, wrong }) => [entry.id, wrong]),
    );
    for (const [id, wrong] of Object.entries(failed))
      console.log(`      ${id}: ${wrong} (${KNOWN_FAILURES[id] ?? "new"})`);
    assert.deepEqual(Object.keys(failed).sort(), Object.keys(KNOWN_FAILURES).sort());
  });

  it("a recorded request, said in OpenAI's shape, is sent as it was recorded", () => {
    report(requests);
    const failed = requests.filter(({ wrong }) => wrong !== undefined);
    for (const { entry, wrong } of failed)
      console.log(`      ${entry.id}: ${wrong} (${KNOWN_REQUESTS[entry.id] ?? "new"})`);
    atLeast(MUST.request, requests, "requests");
    assert.deepEqual(failed.map(({ entry }) => entry.id).sort(), Object.keys(KNOWN_REQUESTS).sort());
  });

  /** As recorded; where that is refused before anything is sent, a plain question brings the recorded answer. */
  async function compare(entry: Entry, recording: Recording, port: number): Promise<string | undefined> {
    const own = entry.api?.startsWith("ollama") === true;
    const body = bodyOf(recording);
    const params = {
      model: `${own ? "ollama" : "openai"}/${body?.["model"] || entry.model || "unnamed"}`,
      api_base: `http://127.0.0.1:${port}/${entry.id}${own ? "" : "/v1"}`,
      api_key: FAKE_KEY,
      num_retries: 0,
    };
    const isEmbedding = entry.api?.includes("embed") === true;
    const streamed = !isEmbedding && (entry.kind === "chat-stream" || body?.["stream"] === true);
    const ask = (rest: Json): Promise<string | undefined> => {
      if (isEmbedding) return embed({ input: "Hello", ...rest, ...params }, entry, recording);
      const call = { messages: [HELLO], ...rest, ...params, stream: streamed };
      return streamed ? stream(call, entry, recording) : chat(call, entry, recording);
    };
    let wrong = await ask(argumentsOf(entry, body));
    const asked = replay.asked.get(entry.id);
    const request = wrongRequest(asked, entry, FAKE_KEY, streamed) ?? compareBody(entry, body, asked);
    requests.push({ entry, wrong: request });
    if (asked === undefined) wrong = await ask({});
    // Once more without a word on the encoding: numbers must come out, whatever the bytes hold.
    else if (isEmbedding && body?.["encoding_format"]) wrong ??= await ask({ input: body["input"] });
    return replay.asked.has(entry.id) ? wrong : "the recording was never asked for";
  }

  async function chat(
    call: CompletionParams,
    entry: Entry,
    recording: Recording,
  ): Promise<string | undefined> {
    try {
      const response = await client.completion(call);
      if (entry.kind === "error") return "an error came out as an answer";
      return compareAnswer(response, whatTheBytesSay(entry, recording));
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      if (entry.kind === "error") return compareError(error, entry, recording);
      return compareFailure(error, whatTheBytesSay(entry, recording));
    }
  }

  async function stream(
    call: CompletionParams,
    entry: Entry,
    recording: Recording,
  ): Promise<string | undefined> {
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
      return compareAnswer(await streaming.response(), whatTheBytesSay(entry, recording));
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      if (entry.kind === "error") return compareError(error, entry, recording);
      return compareFailure(error, whatTheBytesSay(entry, recording), streaming.partial());
    }
  }

  async function embed(
    call: EmbeddingParams,
    entry: Entry,
    recording: Recording,
  ): Promise<string | undefined> {
    try {
      const response = await client.embedding(call);
      if (entry.kind === "error") return "an error came out as an answer";
      const { encoding_format } = call;
      if (
        encoding_format !== "base64" &&
        response.data.some(({ embedding }) => typeof embedding === "string")
      )
        return "base64 that nobody asked for";
      return compareVectors(response, entry, recording.response.body ?? "");
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      return entry.kind === "error" ? compareError(error, entry, recording) : `${error}`;
    }
  }
});

type Json = Record<string, unknown>;

const HELLO: Message = { role: "user", content: "Hello" };

/** undefined where the recorder left the request, or a part of it, out. */
function bodyOf({ request }: Recording): Json | undefined {
  const body = request.body && !request.body_omitted_bytes ? parsed(request.body) : undefined;
  return typeof body === "object" && body !== null ? (body as Json) : undefined;
}

/** The recorded body is the LiteLLM call where it has OpenAI's shape; Ollama's own is turned back into one. */
function argumentsOf({ api }: Entry, body: Json | undefined): Json {
  if (!body) return {};
  if (api?.startsWith("openai.")) return body;
  if (api === "ollama.chat") return callOf(body);
  const input = body["input"] ?? body["prompt"];
  return input === undefined ? {} : { input };
}

function compareBody({ api }: Entry, body: Json | undefined, asked: Asked | undefined): string | undefined {
  if (!body || !asked) return undefined;
  const sent = JSON.parse(asked.body) as Json;
  if (api === "ollama.chat") return difference(projection(sent, body), projection(body));
  const isCall =
    (api === "openai.chat" && body["messages"]) || (api === "openai.embeddings" && body["input"]);
  return isCall ? difference(normalised(sent, body), normalised(body)) : undefined;
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
