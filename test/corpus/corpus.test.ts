// Recorded exchanges of real providers through the built backend: every chat, stream, embedding and error must
// come out as the bytes say. Left out, and said so, where the recordings are not beside the project.

import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { isDeepStrictEqual } from "node:util";
import { Client } from "../../server/connection/client.ts";
import { OpenAIError } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message, ModelResponse } from "../../server/protocol/messages.ts";
import { expectedClass } from "./expected-error.ts";
import { KNOWN_FAILURES, KNOWN_REQUESTS } from "./known-failures.ts";
import { parsed, vectorsOf, whatTheBytesSay } from "./oracle.ts";
import { CORPUS, corpusIsHere, type Entry, entries, type Recording, read } from "./recordings.ts";
import { ReplayServer } from "./replay-server.ts";
import { difference } from "./same-request.ts";

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
      const request = compareRequest(entry, recording);
      if (request) requests.push(request);
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

  async function compare(entry: Entry, recording: Recording, port: number): Promise<string | undefined> {
    const own = entry.api?.startsWith("ollama") === true;
    const params = {
      model: `${own ? "ollama" : "openai"}/${entry.model || "unnamed"}`,
      api_base: `http://127.0.0.1:${port}/${entry.id}${own ? "" : "/v1"}`,
      api_key: FAKE_KEY,
      num_retries: 0,
    };
    const body = recording.response.body ?? "";
    try {
      if (entry.api?.includes("embed")) {
        const { data, usage } = await client.embedding({ ...params, input: inputOf(recording) });
        const said = vectorsOf(body);
        if (
          !isDeepStrictEqual(
            data.map(({ embedding }) => embedding),
            said.vectors,
          )
        )
          return "the vectors differ";
        return usage?.prompt_tokens === said.prompt_tokens ? undefined : `usage ${usage?.prompt_tokens}`;
      }
      const call: CompletionParams = { ...params, ...argumentsOf(entry, recording) };
      const response =
        entry.kind === "chat-stream" || call.stream === true
          ? await client.stream(call).response()
          : await client.completion(call);
      if (entry.kind === "error") return "an error came out as an answer";
      return compareAnswer(response, entry, recording);
    } catch (error) {
      if (!(error instanceof OpenAIError)) throw error;
      return compareError(error, entry, recording);
    }
  }

  function compareRequest(entry: Entry, { request }: Recording): Outcome | undefined {
    if (entry.api !== "openai.chat" || !request.body || request.body_omitted_bytes) return undefined;
    const recorded = parsed(request.body);
    const asked = replay.asked.get(entry.id);
    if (typeof recorded !== "object" || recorded === null || !hasMessages(recorded)) return undefined;
    if (asked === undefined) return { entry, wrong: "nothing was sent" };
    if (asked.method !== "POST" || asked.path !== "/v1/chat/completions") return { entry, wrong: asked.path };
    if (asked.headers["authorization"] !== `Bearer ${FAKE_KEY}`) return { entry, wrong: "no key was sent" };
    return { entry, wrong: difference(JSON.parse(asked.body), recorded as Record<string, unknown>) };
  }
});

function hasMessages(body: object): body is { messages: Message[] } {
  const { messages } = body as { messages?: unknown };
  return Array.isArray(messages) && messages.length > 0;
}

/** The recorded body is the LiteLLM call; where there is none, any question will do. */
function argumentsOf(
  entry: Entry,
  { request }: Recording,
): Partial<CompletionParams> & { messages: Message[] } {
  const body = request.body && !request.body_omitted_bytes ? parsed(request.body) : undefined;
  if (entry.api === "openai.chat" && typeof body === "object" && body !== null && hasMessages(body)) {
    const { model: _model, ...rest } = body as Record<string, unknown> & { messages: Message[] };
    return { ...rest, stream: rest["stream"] === true || entry.kind === "chat-stream" };
  }
  return { messages: [{ role: "user", content: "Hello" }], stream: entry.kind === "chat-stream" };
}

function inputOf({ request }: Recording): string | string[] {
  const body = request.body ? (parsed(request.body) as { input?: unknown; prompt?: unknown }) : undefined;
  const input = body?.input ?? body?.prompt;
  return typeof input === "string" || (Array.isArray(input) && typeof input[0] === "string")
    ? (input as string | string[])
    : "Hello";
}

function compareAnswer(response: ModelResponse, entry: Entry, recording: Recording): string | undefined {
  const said = whatTheBytesSay(entry, recording);
  if (said.kind !== "answer") return `a ${said.kind} came out as an answer`;
  if (response.choices.length !== said.choices.size) return `${response.choices.length} choices`;
  for (const { index, message, finish_reason } of response.choices) {
    const choice = said.choices.get(index);
    if (!choice) return `there is no choice ${index}`;
    if ((message.content ?? "") !== choice.text) return "the text differs";
    if ((message.reasoning_content ?? "") !== choice.reasoning) return "the reasoning differs";
    if ((message.refusal ?? "") !== choice.refusal) return "the refusal differs";
    if (finish_reason !== choice.finish) return `finish_reason ${finish_reason} instead of ${choice.finish}`;
    const calls = (message.tool_calls ?? []).map((call) => ({
      name: call.function.name,
      arguments: parsed(call.function.arguments),
    }));
    if (!isDeepStrictEqual(calls, choice.calls)) return "the tool calls differ";
  }
  const usage = response.usage ? [response.usage.prompt_tokens, response.usage.completion_tokens] : null;
  return isDeepStrictEqual(usage, said.usage) ? undefined : `usage ${usage} instead of ${said.usage}`;
}

function compareError(error: OpenAIError, entry: Entry, recording: Recording): string | undefined {
  if (entry.kind !== "error") {
    const said = whatTheBytesSay(entry, recording);
    if (said.kind === "failure") return undefined;
    // A stream that was cut when it was recorded is rightly no success.
    if (said.kind === "cut" && error.name === "APIConnectionError") return undefined;
    return `${error.name}: ${error.message.slice(0, 150)}`;
  }
  const expected = expectedClass(entry.status, recording.response.body ?? "");
  if (error.name !== expected) return `${error.name} instead of ${expected}`;
  return error.status_code === entry.status ? undefined : `status ${error.status_code}`;
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
