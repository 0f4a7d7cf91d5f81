// A provider that speaks OpenAI's API is a row of data: its address, its key, what its models do not take, and
// pure functions for the few things it says otherwise. Everything else is OpenAI's adapter, shared by all rows.

import { type ChatBody, chatBody, withOwn } from "./chat-body.ts";
import { type EarlierTurns, earlierTurns } from "./earlier-turns.ts";
import { decodeEmbeddings } from "./embedding-decode.ts";
import { readModelList } from "./model-list.ts";
import { type DecodeQuirks, decodeResponse, OpenAIStreamDecoder } from "./openai-decode.ts";
import type { Json } from "./openai-delta.ts";
import { readFailureBody } from "./openai-failure.ts";
import { openaiText, type TextRow } from "./openai-text.ts";
import { CHAT_PARAMS, OPENAI_EMBEDDING_PARAMS } from "./params.ts";
import { responsesModel, responsesParams, responsesWire } from "./responses.ts";
import { schemaInWords } from "./schema-in-words.ts";
import type { ChatCall, EmbedCall, EmbedWire, HintQuestion, ModelListing, Provider } from "./types.ts";

/** Parameters that a provider, or only its models of one name, do not take. */
export interface NotTaken {
  model?: RegExp;
  params: readonly string[];
}

export interface EmbedRow {
  /** Default "/embeddings". */
  path?: string | ((call: EmbedCall) => string);
  max_batch?: EmbedWire["max_batch"];
  supported?: EmbedWire["supported"];
  /** The provider's name for an OpenAI parameter. */
  renames?: Readonly<Record<string, string>>;
  /**
   * "base64": asked for where the call names no encoding; "unsaid": the API has an encoding of its own and is told
   * of none. Default: what the call names, and floats where it names none.
   */
  encoding?: "base64" | "unsaid";
  response?: EmbedWire["response"];
}

export interface OpenAILikeRow
  extends Pick<
      Provider,
      "id" | "label" | "env" | "base_url" | "settings" | "baseUrl" | "sign" | "inputs" | "schemas"
    >,
    EarlierTurns {
  /** Default: yes, unless it runs on the user's machine. */
  key_required?: boolean;
  /** Default false. */
  local?: boolean;
  /** Default: a bearer token. */
  auth?: Provider["auth"];
  not_taken?: readonly NotTaken[];
  /** OpenAI's name -> the provider's. Where both are given, the provider's stands. */
  renames?: Readonly<Record<string, string>>;
  /** Changes the named parameters in place: the body's own difference. May add to `call.warnings`. */
  body?: (body: ChatBody, call: ChatCall) => void;
  /** Default "/chat/completions". */
  path?: (call: ChatCall) => string;
  headers?: (call: ChatCall | EmbedCall) => Record<string, string>;
  usage?: DecodeQuirks["usage"];
  /** Absent: it has no embeddings. */
  embed?: EmbedRow;
  /** Absent: it only chats. */
  text?: TextRow | Provider["text"];
  /** Default "/models"; false: it has no list. `mode` where the list itself tells what a model does. */
  models?: false | { path?: string; mode?: (item: Json) => ModelListing["mode"] | undefined };
  failure?: Provider["failure"];
  /** What to start when nothing listens, for servers of one's own. */
  start?: string;
  hint?: (question: HintQuestion) => string | undefined;
}

export function openaiLike(row: OpenAILikeRow): Provider {
  const quirks: DecodeQuirks = { usage: row.usage };
  const local = row.local ?? false;
  const provider: Provider = {
    id: row.id,
    label: row.label,
    env: row.env,
    base_url: row.base_url,
    key_required: row.key_required ?? !local,
    local,
    auth: row.auth ?? ((key) => ({ authorization: `Bearer ${key}` })),
    chat: {
      framing: "sse",
      request: (call) => ({
        method: "POST",
        path: row.path?.(call) ?? "/chat/completions",
        ...(row.headers ? { headers: row.headers(call) } : {}),
        body: bodyOf(row, call),
      }),
      response: (json, call) => decodeResponse(json, call, quirks),
      stream: (call) => new OpenAIStreamDecoder(call, quirks),
    },
    embed: row.embed && embedWire(row, row.embed),
    text: row.text && ("request" in row.text ? row.text : openaiText(row.text)),
    models: modelsWire(row),
    supportedParams: supportedBy(row.not_taken ?? []),
    failure: row.failure ?? ((status, _headers, body) => readFailureBody(status, body)),
    hint: (question) => row.hint?.(question) ?? plainHint(row, question),
    inputs: row.inputs ?? [],
    schemas: row.schemas,
  };
  // Whoever offers it speaks it as OpenAI does: <provider>/responses/<model>.
  const responses = responsesWire({ headers: row.headers, usage: row.usage });
  provider.chatFor = ({ model }) => (responsesModel(model, true) === undefined ? provider.chat : responses);
  if (row.settings) provider.settings = row.settings;
  if (row.baseUrl) provider.baseUrl = row.baseUrl;
  if (row.sign) provider.sign = row.sign;
  if (row.local) provider.needs_address = true;
  return provider;
}

function bodyOf(row: OpenAILikeRow, call: ChatCall): ChatBody {
  const body = chatBody(call);
  body["messages"] = earlierTurns(call, row);
  for (const [from, to] of Object.entries(row.renames ?? {})) {
    if (body[from] === undefined) continue;
    body[to] ??= body[from];
    delete body[from];
  }
  if (row.schemas === "in words") schemaInWords(body, call, row.label);
  row.body?.(body, call);
  return withOwn(body, call);
}

/** Another's server behind the same API judges for itself what it takes. */
function supportedBy(rules: readonly NotTaken[]): Provider["supportedParams"] {
  const sets = new Map<string, ReadonlySet<string>>();
  const taken = (model: string, own_base: boolean): ReadonlySet<string> => {
    if (own_base) return CHAT_PARAMS;
    const missing = rules.filter((rule) => rule.model?.test(model) ?? true).flatMap(({ params }) => params);
    const key = missing.join();
    let set = sets.get(key);
    if (!set) {
      set = new Set([...CHAT_PARAMS].filter((param) => !missing.includes(param)));
      sets.set(key, set);
    }
    return set;
  };
  return (model, own_base = false) => {
    const known = responsesModel(model, true);
    return known === undefined ? taken(model, own_base) : responsesParams(taken(known, own_base));
  };
}

function embedWire(row: OpenAILikeRow, embed: EmbedRow): EmbedWire {
  const wire: EmbedWire = {
    request: (call) => {
      const { model, params, passthrough } = call;
      const { path = "/embeddings", renames = {}, encoding } = embed;
      const body: Json = { model, input: params.input };
      if (encoding === "base64") body["encoding_format"] = encoding;
      for (const name of OPENAI_EMBEDDING_PARAMS) {
        const value = params[name];
        if (value !== undefined && value !== null) body[renames[name] ?? name] = value;
      }
      if (encoding === "unsaid") delete body["encoding_format"];
      return {
        method: "POST",
        path: typeof path === "string" ? path : path(call),
        ...(row.headers ? { headers: row.headers(call) } : {}),
        body: { ...body, ...passthrough, ...params.extra_body },
      };
    },
    response: embed.response ?? decodeEmbeddings,
  };
  if (embed.max_batch !== undefined) wire.max_batch = embed.max_batch;
  if (embed.supported) wire.supported = embed.supported;
  return wire;
}

function modelsWire({ models }: OpenAILikeRow): Provider["models"] {
  if (models === false) return undefined;
  return {
    request: () => ({ method: "GET", path: models?.path ?? "/models" }),
    response: (json) => readModelList(json, models?.mode),
  };
}

function plainHint(row: OpenAILikeRow, { refused, api_base, name }: HintQuestion): string | undefined {
  if (refused) {
    return row.start === undefined
      ? `Nothing listens at ${api_base}: is api_base right?`
      : `Is ${row.label} running at ${api_base}? ${row.start}`;
  }
  return name === "NotFoundError" && row.local ? "Check the model's name and api_base." : undefined;
}
