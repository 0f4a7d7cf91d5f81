// The Gemini API: generateContent, streamed or not, and embeddings. What the bytes say is read here by other code than
// the adapter's; the request is said in LiteLLM's words and must come back the same.

import { expectedClass } from "../expected-error.ts";
import type { Said, SaidChoice, SaidUsage } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import type { Asked } from "../replay-server.ts";
import { difference } from "../same-request.ts";
import { callOf, camelled } from "./gemini-call.ts";
import { idsOf, projection } from "./gemini-projection.ts";
import type { Json, Wire } from "./wire.ts";

const APIS = new Set(["gemini.generateContent", "gemini.embedContent"]);

export const gemini: Wire = {
  base: "",
  replays: ({ api, provider }) => provider === "gemini" && api !== null && APIS.has(api),
  model: (_entry, _body, recording) => `gemini/${modelOf(recording)}`,
  callOf: (body, { api }) => (api === "gemini.embedContent" ? embedCallOf(body) : callOf(body)),
  wrongAddress: (asked, { api }, key, streamed, recording) => {
    const method = streamed ? "streamGenerateContent?alt=sse" : "generateContent";
    const action = api === "gemini.embedContent" ? "batchEmbedContents" : method;
    if (asked.headers["x-goog-api-key"] !== key) return "the key is not sent";
    return wrongPath(asked, `/v1beta/models/${modelOf(recording)}:${action}`);
  },
  wrongBody: (sent, recorded, { api }) =>
    api === "gemini.embedContent"
      ? difference(embedProjection(sent), embedProjection(recorded))
      : wrongGemini(sent, recorded),
  said: saidByGemini,
  vectors,
  errorClass,
};

export function wrongPath(asked: Asked, path: string): string | undefined {
  if (!/^application\/json\b/.test(String(asked.headers["content-type"]))) return "it is not sent as JSON";
  return asked.method === "POST" && asked.path === path ? undefined : `${asked.method} ${asked.path}`;
}

export function wrongGemini(sent: Json, recorded: Json): string | undefined {
  const ids = idsOf(recorded);
  return difference(projection(sent, ids), projection(recorded, ids));
}

/** As the recorded path names it. */
export function modelOf({ request }: Recording): string {
  return /models\/([^:?]+)/.exec(decodeURIComponent(request.path))?.[1] ?? "gemini-2.5-flash";
}

function requestsOf(body: Json): Json[] {
  return ((body["requests"] ?? [body]) as Json[]).map(camelled);
}

function embedCallOf(body: Json): Json {
  const requests = requestsOf(body);
  const texts = requests.map((one) =>
    (one["content"] as { parts: Json[] }).parts.map((part) => part["text"]),
  );
  const { outputDimensionality, taskType, title } = requests[0] ?? {};
  const call: Json = { input: texts.map((parts) => parts.filter((one) => typeof one === "string").join("")) };
  if (outputDimensionality) call["dimensions"] = outputDimensionality;
  if (taskType) call["taskType"] = taskType;
  if (title) call["title"] = title;
  return call;
}

function embedProjection(body: Json): Json {
  return {
    requests: requestsOf(body).map(({ content, outputDimensionality, taskType, title }) => ({
      parts: (content as { parts: Json[] }).parts.map(camelled),
      dimensions: outputDimensionality ?? null,
      task: taskType ?? null,
      title: title ?? null,
    })),
  };
}

/** By name, and by number for clients that asked for numbers. */
const FINISH: Readonly<Record<string, string>> = {
  STOP: "stop",
  "1": "stop",
  MAX_TOKENS: "length",
  "2": "length",
  SAFETY: "content_filter",
  "3": "content_filter",
  RECITATION: "content_filter",
  "4": "content_filter",
  OTHER: "content_filter",
  LANGUAGE: "content_filter",
  BLOCKLIST: "content_filter",
  PROHIBITED_CONTENT: "content_filter",
  SPII: "content_filter",
  IMAGE_SAFETY: "content_filter",
  IMAGE_PROHIBITED_CONTENT: "content_filter",
};

/** A stream is SSE, one array of chunks, or SSE that breaks off with a bare object. */
function chunksOf(body: string): Json[] {
  const text = body.trim();
  if (text.startsWith("[") || text.startsWith("{")) return [JSON.parse(text)].flat() as Json[];
  const chunks: Json[] = [];
  const bare: string[] = [];
  for (const line of body.split(/\r?\n/)) {
    if (line.startsWith("data:")) chunks.push(JSON.parse(line.slice("data:".length)) as Json);
    else if (line !== "") bare.push(line);
  }
  if (bare.length > 0) chunks.push(...([JSON.parse(bare.join("\n"))].flat() as Json[]));
  return chunks;
}

export function saidByGemini({ kind }: Entry, { response }: Recording): Said {
  const choices = new Map<number, SaidChoice>();
  let usage: SaidUsage | null = null;
  for (const chunk of chunksOf(response.body ?? "")) {
    const error = chunk["error"] as { code: number } | undefined;
    if (error) return { kind: "failure", name: expectedClass(error.code, JSON.stringify(chunk)), choices };
    usage = usageOf(chunk["usageMetadata"] as Record<string, number> | undefined) ?? usage;
    const candidates = (chunk["candidates"] ?? []) as Json[];
    for (const [position, candidate] of candidates.entries()) {
      const index = (candidate["index"] as number | undefined) ?? position;
      const choice = choices.get(index) ?? empty();
      choices.set(index, choice);
      addCandidate(candidate, choice);
    }
    const blocked = (chunk["promptFeedback"] as Json | undefined)?.["blockReason"];
    if (blocked && candidates.length === 0)
      choices.set(0, { ...(choices.get(0) ?? empty()), finish: "content_filter" });
  }
  const whole = choices.size > 0 && [...choices.values()].every(({ finish }) => finish !== null);
  if (!whole && kind === "chat-stream") return { kind: "cut", choices };
  return { kind: "answer", choices, usage };
}

function empty(): SaidChoice {
  return { text: "", reasoning: "", refusal: "", calls: [], finish: null };
}

function addCandidate(candidate: Json, choice: SaidChoice): void {
  const { parts } = (candidate["content"] ?? {}) as { parts?: Json[] };
  for (const { text, thought, functionCall } of parts ?? []) {
    if (typeof text === "string") choice[thought ? "reasoning" : "text"] += text;
    if (functionCall) addCall(functionCall as StreamedCall, choice);
  }
  const raw = candidate["finishReason"];
  if (raw === undefined) return;
  const finish = FINISH[String(raw)] ?? String(raw).toLowerCase();
  choice.finish = finish === "stop" && choice.calls.length > 0 ? "tool_calls" : finish;
}

interface StreamedCall {
  id?: string;
  name?: string;
  args?: Json;
  partialArgs?: ({ jsonPath: string; stringValue?: string } & Json)[];
}

/** A call without a name goes on with the one before; its arguments come by path, texts in pieces. */
function addCall({ id = "", name, args, partialArgs }: StreamedCall, choice: SaidChoice): void {
  if (name !== undefined) choice.calls.push({ id, name, arguments: args ?? {} });
  const into = choice.calls.at(-1)?.arguments as Json;
  for (const { jsonPath, stringValue, numberValue, boolValue } of partialArgs ?? []) {
    const steps = jsonPath.replaceAll("[", ".").replaceAll("]", "").split(".").slice(1);
    let at = into;
    for (const [position, step] of steps.slice(0, -1).entries()) {
      at[step] ??= /^\d+$/.test(steps[position + 1] as string) ? [] : {};
      at = at[step] as Json;
    }
    const last = steps.at(-1) as string;
    const text = stringValue === undefined ? undefined : String(at[last] ?? "") + stringValue;
    at[last] = text ?? numberValue ?? boolValue ?? null;
  }
}

/** Thoughts are written, and what tools read is read, beside what the two main counts say. */
function usageOf(told: Record<string, number> | undefined): SaidUsage | null {
  if (!told || Object.keys(told).length === 0) return null;
  const {
    promptTokenCount = 0,
    toolUsePromptTokenCount = 0,
    candidatesTokenCount = 0,
    thoughtsTokenCount = 0,
  } = told;
  const prompt = promptTokenCount + toolUsePromptTokenCount;
  const completion = candidatesTokenCount + thoughtsTokenCount;
  return [prompt, completion, told["totalTokenCount"] ?? prompt + completion];
}

function vectors(_entry: Entry, { response }: Recording): { vectors: number[][]; tokens: number[] | null } {
  const { embedding, embeddings, usageMetadata } = JSON.parse(response.body ?? "") as {
    embedding?: { values: number[] };
    embeddings?: { values: number[] }[];
    usageMetadata?: { promptTokenCount: number };
  };
  const told = usageMetadata?.promptTokenCount;
  return {
    vectors: (embeddings ?? [embedding ?? { values: [] }]).map(({ values }) => values),
    tokens: told === undefined ? null : [told, told],
  };
}

/** A wrong key is a 400 here, and a full context is told in words. */
export function errorClass({ status }: Entry, { response }: Recording): string {
  const body = response.body ?? "";
  if (status === 400 && body.includes("API_KEY_INVALID")) return "AuthenticationError";
  if (status === 400 && /input token count .*exceeds the maximum number of tokens/.test(body))
    return "ContextWindowExceededError";
  return expectedClass(status, body);
}
