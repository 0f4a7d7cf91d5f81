// What OpenAI's models take, told by their names: thinking models have parameters, efforts and limits of their own.
// A name that is not OpenAI's (an Azure deployment, another's server) is held to nothing. Source: OpenAI's model pages.

import { CHAT_PARAMS, OPENAI_CHAT_PARAMS } from "./params.ts";

/** From little to much. */
const EFFORTS = ["none", "minimal", "low", "medium", "high", "xhigh"];

/** A fine-tuned model is named after its base. */
const baseName = (model: string): string => model.replace(/^ft:/, "");

interface Generation {
  major: number;
  minor: number;
}

/** gpt-5.1-codex -> 5 and 1; the chat variants think no more than gpt-4o does. */
function thinkingGpt(name: string): Generation | undefined {
  const [, major, minor] = /^gpt-(\d{1,2})(?:\.(\d+))?(?=-|$)/.exec(name) ?? [];
  if (major === undefined || Number(major) < 5 || /-chat(?:-|$)/.test(name)) return undefined;
  return { major: Number(major), minor: Number(minor ?? 0) };
}

const isSeriesO = (name: string): boolean => /^o[1-9](?:-|$)/.test(name);
const isCodex = (name: string): boolean => /(?:^|-)codex(?:-|$)/.test(name);

/** It thinks before it answers: max_completion_tokens instead of max_tokens, efforts, thoughts that can go back. */
export function thinks(model: string): boolean {
  const name = baseName(model);
  return isSeriesO(name) || thinkingGpt(name) !== undefined || name.startsWith("codex-");
}

/** Never samples by the caller's numbers: the o-series and the first gpt-5. Later ones do where they do not think. */
export function neverSamples(model: string): boolean {
  const gpt = thinkingGpt(baseName(model));
  return gpt ? gpt.major === 5 && gpt.minor === 0 : thinks(model);
}

/** The efforts a thinking model knows; undefined for a name that tells nothing. */
export function effortsOf(model: string): readonly string[] | undefined {
  const name = baseName(model);
  if (/deep-research/.test(name)) return ["medium"];
  if (isSeriesO(name) || name.startsWith("codex-")) return ["low", "medium", "high"];
  const gpt = thinkingGpt(name);
  if (!gpt) return undefined;
  const first = gpt.major === 5 && gpt.minor === 0;
  const second = gpt.major === 5 && gpt.minor === 1;
  if (/-pro(?:-|$)/.test(name)) return first ? ["high"] : ["medium", "high", "xhigh"];
  if (isCodex(name)) {
    const toHigh = first || (second && !name.includes("-max"));
    return toHigh ? ["low", "medium", "high"] : ["low", "medium", "high", "xhigh"];
  }
  if (first) return ["minimal", "low", "medium", "high"];
  return second ? ["none", "low", "medium", "high"] : ["none", "low", "medium", "high", "xhigh"];
}

/** The next effort upwards that the model knows, else its highest; a word of no ladder stays, for OpenAI to judge. */
export function nearestEffort(model: string, wanted: string): string {
  const known = effortsOf(model);
  const rank = EFFORTS.indexOf(wanted);
  if (!known || rank < 0 || known.includes(wanted)) return wanted;
  return EFFORTS.slice(rank).find((one) => known.includes(one)) ?? (known.at(-1) as string);
}

const SAMPLING = ["top_p", "presence_penalty", "frequency_penalty", "logprobs", "top_logprobs", "logit_bias"];

/** OpenAI's names that this model does not take. */
function notTaken(name: string): string[] {
  if (thinks(name)) {
    const missing = neverSamples(name) ? [...SAMPLING] : [];
    if (isSeriesO(name)) missing.push("parallel_tool_calls", "verbosity");
    // o3-mini and o1 still stop where they are told to.
    if (!isSeriesO(name) || /^(?:o3(?!-mini)|o[4-9])/.test(name)) missing.push("stop");
    return missing;
  }
  const another = /^gpt-oss/.test(name) || !/^(?:gpt-|chatgpt-)/.test(name);
  return another ? [] : ["reasoning_effort", "verbosity"];
}

const sets = new Map<string, ReadonlySet<string>>();

/** Another's server judges for itself what it takes, but under the names of models that never sample. */
export function chatParamsOf(model: string, own_base: boolean): ReadonlySet<string> {
  const name = baseName(model);
  const missing = own_base && !neverSamples(name) ? [] : notTaken(name);
  if (missing.length === 0) return own_base ? CHAT_PARAMS : OPENAI_CHAT_PARAMS;
  const key = missing.join();
  const set = sets.get(key) ?? new Set([...OPENAI_CHAT_PARAMS].filter((param) => !missing.includes(param)));
  sets.set(key, set);
  return set;
}
