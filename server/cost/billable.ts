// What a usage is charged for, each token once: cached, written to a cache, heard, seen, thought, said. The parts of a
// prompt never add up to more than the prompt.

import type { RateName } from "../models/rates.ts";
import type { Usage } from "../protocol/messages.ts";

export type Billable = Partial<Record<RateName, number>>;

export interface Bill {
  units: Billable;
  /** Decides between prices of short and long prompts. */
  prompt_tokens: number;
  /** The parts told do not fit into the whole. */
  doubtful: boolean;
}

type Json = Record<string, unknown>;

/** undefined = nothing was counted. */
export function billOf(usage: Partial<Usage>): Bill | undefined {
  // Cohere counts what the model read, and bills less.
  const billed = object(usage["billed_units"]);
  const prompt = count(billed["input_tokens"]) ?? count(usage.prompt_tokens);
  const completion = count(billed["output_tokens"]) ?? count(usage.completion_tokens);
  if (prompt === undefined && completion === undefined) return undefined;
  const units: Billable = {};
  const parts = addInput(units, usage, prompt ?? 0);
  addOutput(units, usage, prompt ?? 0, completion ?? 0);
  addTools(units, usage);
  units.request = 1;
  return {
    units,
    prompt_tokens: Math.max(prompt ?? 0, parts),
    doubtful: parts > (prompt ?? 0),
  };
}

/** Returns the parts that stand beside the rest of the prompt: read from a cache, written to one. */
function addInput(units: Billable, usage: Partial<Usage>, prompt: number): number {
  const details = object(usage.prompt_tokens_details);
  const cached =
    count(details["cached_tokens"]) ??
    count(usage["cache_read_input_tokens"]) ??
    count(usage["prompt_cache_hit_tokens"]) ??
    0;
  const { written, hour } = writtenOf(usage, details);
  let left = Math.max(0, prompt - cached - written);
  const take = (tokens: number): number => {
    const taken = Math.min(tokens, left);
    left -= taken;
    return taken;
  };
  const cached_audio = Math.min(cached, count(object(usage["cached_tokens_details"])["audio_tokens"]) ?? 0);
  const input_audio = take(Math.max(0, (count(details["audio_tokens"]) ?? 0) - cached_audio));
  const input_image = take(count(details["image_tokens"]) ?? 0);
  units.input = left;
  units.cache_read = cached - cached_audio;
  units.cache_read_audio = cached_audio;
  units.cache_write = written - hour;
  units.cache_write_1h = hour;
  units.input_audio = input_audio;
  units.input_image = input_image;
  return cached + written;
}

/** Tokens written to a cache, and those of them that are kept for an hour. */
function writtenOf(usage: Partial<Usage>, details: Json): { written: number; hour: number } {
  const lives = object(details["cache_creation_token_details"] ?? usage["cache_creation"]);
  const short = count(lives["ephemeral_5m_input_tokens"]) ?? 0;
  const long = count(lives["ephemeral_1h_input_tokens"]) ?? hoursOf(usage["cacheDetails"]);
  const written =
    count(details["cache_creation_tokens"]) ??
    count(details["cache_write_tokens"]) ??
    count(usage["cache_creation_input_tokens"]) ??
    short + long;
  return { written, hour: Math.min(long, written) };
}

/** Bedrock: [{ttl: "1h", inputTokens: 9}]. */
function hoursOf(details: unknown): number {
  const rows = Array.isArray(details) ? details.map(object) : [];
  const hours = rows.filter(({ ttl }) => ttl === "1h");
  return hours.reduce((sum, row) => sum + (count(row["inputTokens"]) ?? 0), 0);
}

function addOutput(units: Billable, usage: Partial<Usage>, prompt: number, completion: number): void {
  const details = object(usage.completion_tokens_details);
  const thought = count(details["reasoning_tokens"]) ?? count(usage["reasoning_tokens"]) ?? 0;
  // Some count thoughts beside the answer; their total tells it.
  const beside = thought > 0 && count(usage.total_tokens) === prompt + completion + thought;
  let left = beside ? completion + thought : completion;
  const take = (tokens: number): number => {
    const taken = Math.min(tokens, left);
    left -= taken;
    return taken;
  };
  const reasoning = take(thought);
  const output_audio = take(count(details["audio_tokens"]) ?? 0);
  const output_image = take(count(details["image_tokens"]) ?? 0);
  units.output = left;
  units.reasoning = reasoning;
  units.output_audio = output_audio;
  units.output_image = output_image;
  units.citation = count(usage["citation_tokens"]) ?? 0;
}

function addTools(units: Billable, usage: Partial<Usage>): void {
  units.web_search =
    count(object(usage.prompt_tokens_details)["web_search_requests"]) ??
    count(object(usage["server_tool_use"])["web_search_requests"]) ??
    count(usage["num_search_queries"]) ??
    0;
}

function object(value: unknown): Json {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function count(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.trunc(value) : undefined;
}
