// What one Responses answer keeps for the next turn, in `provider_specific_fields.output_items`, and how it takes its
// place there again: thoughts stand before the very words and calls that followed them.

import type { Message } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

interface ToldItem {
  item: Json;
  /** What was given out of it, by part. */
  told: ReadonlyMap<string, string>;
}

const OWN = /^(?:message|function_call|custom_tool_call)$/;

/**
 * Items that the chat shape has no place for, as they came. Where the order is not "those first", where messages have a
 * phase, or where `stored` items refer to each other, messages and calls stand among them too, emptied of what the
 * chat message tells.
 */
export function keptItems(all: readonly ToldItem[], stored: boolean): Json[] {
  const items = all.filter(({ item }) => item["type"] !== undefined);
  const isOwn = ({ item }: ToldItem): boolean => OWN.test(String(item["type"]));
  const strangers = items.filter((one) => !isOwn(one));
  const first = items.findIndex(isOwn);
  const mixed = first >= 0 && !items.slice(first).every(isOwn);
  const messages = items.filter(({ item }) => item["type"] === "message");
  const phased = messages.some(({ item }) => item["phase"] != null);
  const plain = !mixed && !phased && messages.length < 2 && !(stored && strangers.length > 0);
  return plain
    ? strangers.map(withoutPicture)
    : items.map((one) => (isOwn(one) ? emptied(one) : withoutPicture(one)));
}

/** The chat message holds the picture. */
function withoutPicture({ item }: ToldItem): Json {
  if (item["type"] !== "image_generation_call" || typeof item["result"] !== "string") return item;
  const { result: _shown, ...rest } = item;
  return rest;
}

function emptied({ item, told }: ToldItem): Json {
  const { type, id, call_id, phase, status } = item;
  const known = Object.entries({ type, id, call_id, phase, status }).filter(([, value]) => value != null);
  if (type !== "message") return Object.fromEntries(known);
  const texts = [...told].filter(([key]) => key.startsWith("text"));
  return { ...Object.fromEntries(known), text_length: texts.reduce((sum, [, text]) => sum + text.length, 0) };
}

/**
 * One answer's items in their first order. Where only the strangers among them were kept, they stood before what was
 * said and called; else messages and calls are there too, emptied, and are filled again from the message.
 */
export function placed(
  kept: readonly Json[],
  spoken: readonly Json[],
  calls: readonly Json[],
  pictures: string[],
): Json[] {
  const texts = [...spoken];
  const open = [...calls];
  const places = kept.filter(({ type }) => type === "message").length;
  let seen = 0;
  const items = kept.flatMap((item): Json[] => {
    const { type } = item;
    if (type === "message") {
      seen += 1;
      const { text_length: length, ...own } = item;
      const content = seen === places ? texts.splice(0) : takeText(texts, length);
      return content.length === 0 ? [] : [{ ...own, role: "assistant", content }];
    }
    if (type === "function_call" || type === "custom_tool_call") {
      const at = open.findIndex(({ call_id }) => call_id === item["call_id"]);
      return at < 0 ? [] : open.splice(at, 1).map((one) => ({ ...item, ...one }));
    }
    if (type === "image_generation_call" && item["result"] === undefined)
      return [{ ...item, result: pictures.shift() ?? null }];
    return [item];
  });
  if (texts.length > 0) items.push({ role: "assistant", content: texts });
  return [...items, ...open];
}

/** The next `length` characters of a text that several messages said. */
function takeText(texts: Json[], length: unknown): Json[] {
  const [first] = texts;
  const text = first?.["text"];
  if (typeof text !== "string" || typeof length !== "number" || length >= text.length) return [];
  texts[0] = { ...first, text: text.slice(length) };
  return length === 0 ? [] : [{ ...first, text: text.slice(0, length) }];
}

/** The pictures of an answer, as the API's base64. */
export function picturesOf(message: Message): string[] {
  const all = message["images"];
  return (Array.isArray(all) ? all : []).flatMap((one: unknown) => {
    const image = isObject(one) ? one["image_url"] : undefined;
    const url = isObject(image) ? String(image["url"]) : "";
    return url.startsWith("data:") ? [url.slice(url.indexOf(",") + 1)] : [];
  });
}
