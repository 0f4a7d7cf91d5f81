// Where Gemini's answers found what they say: `groundingMetadata` of one or several chunks, put together, and as
// OpenAI's url_citation annotations. Source: Gemini API reference, GroundingMetadata.

import { isObject, type Json } from "./openai-delta.ts";
import { count } from "./usage.ts";

/** Streams repeat lists whole or go on with them: what stands there already is not added again. */
export function mergeMetadata(before: Json | undefined, after: Json): Json {
  if (before === undefined) return { ...after };
  const result = new Map(Object.entries(before));
  for (const [key, value] of Object.entries(after)) {
    const earlier = result.get(key);
    if (!Array.isArray(earlier) || !Array.isArray(value)) {
      result.set(key, value);
      continue;
    }
    const known = new Set(earlier.map((one) => JSON.stringify(one)));
    result.set(key, [...earlier, ...value.filter((one) => !known.has(JSON.stringify(one)))]);
  }
  return Object.fromEntries(result);
}

/** `text` is the answer the segments point into, by bytes of UTF-8; annotations count UTF-16 units. */
export function annotationsOf(grounding: Json, text: string): Json[] {
  const sources = listOf(grounding["groundingChunks"]).map(sourceOf);
  const supports = listOf(grounding["groundingSupports"]);
  if (supports.length === 0) {
    return sources
      .filter((one) => one !== undefined)
      .map((url_citation) => ({ type: "url_citation", url_citation }));
  }
  const unitOf = offsets(text);
  return supports.flatMap((support) => {
    const segment = isObject(support["segment"]) ? support["segment"] : {};
    const place = {
      start_index: unitOf(count(segment["startIndex"]) ?? 0),
      end_index: unitOf(count(segment["endIndex"]) ?? 0),
    };
    const indices = Array.isArray(support["groundingChunkIndices"]) ? support["groundingChunkIndices"] : [];
    return indices
      .map((index) => (typeof index === "number" ? sources[index] : undefined))
      .filter((one) => one !== undefined)
      .map((source) => ({ type: "url_citation", url_citation: { ...place, ...source } }));
  });
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** A chunk is from the web, from a document store or from maps: all have `uri` and `title`. */
function sourceOf(chunk: Json): Json | undefined {
  for (const source of Object.values(chunk)) {
    if (!isObject(source) || typeof source["uri"] !== "string") continue;
    return {
      url: source["uri"],
      title: typeof source["title"] === "string" ? source["title"] : source["uri"],
    };
  }
  return undefined;
}

function offsets(text: string): (byte: number) => number {
  const starts: number[] = [];
  for (let unit = 0; unit < text.length; ) {
    const point = text.codePointAt(unit) ?? 0;
    const bytes = point < 0x80 ? 1 : point < 0x800 ? 2 : point < 0x10000 ? 3 : 4;
    for (let one = 0; one < bytes; one += 1) starts.push(unit);
    unit += point < 0x10000 ? 1 : 2;
  }
  return (byte) => starts[byte] ?? text.length;
}
