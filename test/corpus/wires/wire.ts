// One wire format under test: which recordings it replays, the LiteLLM call that answers to a recorded request, and
// what the bytes say. Written from the provider's documentation and from no adapter: it judges them.

import type { Said } from "../oracle.ts";
import type { Entry, Recording } from "../recordings.ts";
import type { Asked } from "../replay-server.ts";

export type Json = Record<string, unknown>;

export interface Wire {
  /** Whether this wire replays the recording. The first wire in the list that says so does. */
  replays(entry: Entry): boolean;
  /** "anthropic/claude-…": the model string of the call. `body`: the recorded request, where there is one. */
  model(entry: Entry, body: Json | undefined, recording: Recording): string;
  /** What follows http://127.0.0.1:PORT/<id> in `api_base`: "/v1", or "". */
  base: string | ((entry: Entry, recording: Recording) => string);
  /** More arguments the call needs (a region, fake credentials). */
  extra?: Json;
  /** The recorded request said in LiteLLM's shape, `model` left out; {} where it says nothing. */
  callOf(body: Json, entry: Entry, recording: Recording): Json;
  /** undefined, or what is wrong with method, path (after the id) and the header that carries the key. */
  wrongAddress(
    asked: Asked,
    entry: Entry,
    key: string,
    streamed: boolean,
    recording: Recording,
  ): string | undefined;
  /** undefined when the sent body says the same as the recorded one, else how they differ. */
  wrongBody(sent: Json, recorded: Json, entry: Entry, recording: Recording): string | undefined;
  /** What the answer's bytes say. */
  said(entry: Entry, recording: Recording): Said;
  /** The vectors and the prompt's tokens an embedding answer holds; default: OpenAI's and Ollama's shapes. */
  vectors?(entry: Entry, recording: Recording): { vectors: number[][]; tokens: number[] | null };
  /** The class a recorded error must become; default: `expectedClass` of its status and body. */
  errorClass?(entry: Entry, recording: Recording): string;
}

export const TOKENS_AS_BEARER = (asked: Asked, key: string): string | undefined =>
  asked.headers["authorization"] === `Bearer ${key}` ? undefined : "the key is not sent";
