// The output items of one Responses answer, as deltas in OpenAI's chat shape. What came in pieces is not told again by
// the event that holds it whole; what has no place in that shape is kept as it came, to go back with the next turn.

import type { Delta } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";

interface Open {
  /** Position among the calls; undefined for everything else. */
  call?: number;
  /** Something of its text, arguments or thoughts was given out. */
  told: { text: boolean; thought: boolean; input: boolean };
  closed: boolean;
}

export class ItemReader {
  readonly #id: string;
  readonly #open = new Map<number, Open>();
  /** Ids of the items that were told whole: the last event numbers them anew. */
  readonly #told = new Set<unknown>();
  calls = 0;

  /** `id` makes the ids of calls that came without. */
  constructor(id: string) {
    this.#id = id;
  }

  added(index: number, item: Json): Delta | undefined {
    if (this.#open.has(index)) return undefined;
    const open: Open = { told: { text: false, thought: false, input: false }, closed: false };
    this.#open.set(index, open);
    return isCall(item) ? this.#begin(open, item) : undefined;
  }

  text(index: number, delta: unknown): Delta | undefined {
    return typeof delta === "string" && delta !== ""
      ? this.#tell(index, "text", { content: delta })
      : undefined;
  }

  refusal(index: number, delta: unknown): Delta | undefined {
    return typeof delta === "string" && delta !== ""
      ? this.#tell(index, "text", { refusal: delta })
      : undefined;
  }

  thought(index: number, delta: unknown): Delta | undefined {
    if (typeof delta !== "string" || delta === "") return undefined;
    return this.#tell(index, "thought", { reasoning_content: delta });
  }

  input(index: number, delta: unknown): Delta | undefined {
    const open = this.#open.get(index);
    if (open?.call === undefined || typeof delta !== "string" || delta === "") return undefined;
    open.told.input = true;
    return { tool_calls: [{ index: open.call, function: { arguments: delta } }] };
  }

  /** The item as a whole: what its pieces left untold. */
  done(index: number, item: Json): Delta | undefined {
    const begun = this.added(index, item);
    const open = this.#open.get(index) as Open;
    if (open.closed) return begun;
    open.closed = true;
    this.#told.add(item["id"] ?? item["call_id"]);
    if (isCall(item)) return this.#endCall(open, item, begun);
    if (item["type"] === "message") return open.told.text ? undefined : messageOf(item);
    const kept: Delta = { provider_specific_fields: { output_items: [item] } };
    if (item["type"] !== "reasoning" || open.told.thought) return kept;
    const reasoning_content = thoughtsOf(item);
    return reasoning_content === "" ? kept : { reasoning_content, ...kept };
  }

  /** Whether this item of the whole answer was told by its own event, or in pieces. */
  isTold(index: number, item: Json): boolean {
    const id = item["id"] ?? item["call_id"];
    return id == null ? this.#open.get(index)?.closed === true : this.#told.has(id);
  }

  #tell(index: number, what: "text" | "thought", delta: Delta): Delta {
    const open = this.#open.get(index);
    if (open) open.told[what] = true;
    else
      this.#open.set(index, {
        told: { text: false, thought: false, input: false, [what]: true },
        closed: false,
      });
    return delta;
  }

  #begin(open: Open, item: Json): Delta {
    open.call = this.calls;
    this.calls += 1;
    const given = item["call_id"] ?? item["id"];
    const id = typeof given === "string" && given !== "" ? given : `call_${this.#id}_${open.call}`;
    const custom = item["type"] === "custom_tool_call";
    return {
      tool_calls: [
        {
          index: open.call,
          id,
          type: "function",
          function: { name: String(item["name"] ?? ""), arguments: "" },
          ...(custom ? { provider_specific_fields: { type: "custom" } } : {}),
        },
      ],
    };
  }

  #endCall(open: Open, item: Json, begun: Delta | undefined): Delta | undefined {
    const whole = item["type"] === "custom_tool_call" ? item["input"] : item["arguments"];
    if (open.told.input || typeof whole !== "string" || whole === "") return begun;
    const call = begun?.tool_calls?.[0];
    if (call) return { tool_calls: [{ ...call, function: { ...call.function, arguments: whole } }] };
    return { tool_calls: [{ index: open.call as number, function: { arguments: whole } }] };
  }
}

function isCall({ type }: Json): boolean {
  return type === "function_call" || type === "custom_tool_call";
}

/** A message that came only whole: its text, refusal and annotations. */
function messageOf(item: Json): Delta | undefined {
  const delta: Delta = {};
  for (const part of parts(item["content"])) {
    if (part["type"] === "refusal") delta.refusal = (delta.refusal ?? "") + String(part["refusal"] ?? "");
    else if (typeof part["text"] === "string") delta.content = (delta.content ?? "") + part["text"];
    const annotations = Array.isArray(part["annotations"]) ? part["annotations"] : [];
    if (annotations.length > 0) delta.annotations = [...(delta.annotations ?? []), ...annotations];
  }
  return Object.keys(delta).length > 0 ? delta : undefined;
}

/** The text as far as the model shows it: its own words, else their summary. */
function thoughtsOf(item: Json): string {
  const own = parts(item["content"]);
  return (own.length > 0 ? own : parts(item["summary"])).map((part) => String(part["text"] ?? "")).join("");
}

/** Token probabilities that came with the whole message. */
export function logprobsOf(item: Json): unknown[] {
  return parts(item["content"]).flatMap(({ logprobs }) => (Array.isArray(logprobs) ? logprobs : []));
}

function parts(value: unknown): Json[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}
