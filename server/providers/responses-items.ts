// The output items of one Responses answer, as deltas in OpenAI's chat shape. Each text is given out as its pieces
// come, and once: an event that holds it whole adds only what the pieces left out.

import type { Delta } from "../protocol/messages.ts";
import { isObject, type Json } from "./openai-delta.ts";
import { keptItems } from "./responses-kept.ts";
import { ThinkSplitter } from "./think.ts";

interface OpenItem {
  /** As the last event told it. */
  item: Json;
  /** Position among the calls; undefined until one is begun. */
  call?: number;
  /** What was given out, by part: "text:0", "refusal:1", "summary:0", "thought:0", "input". */
  told: Map<string, string>;
  /** How many annotations and probabilities were given out, by part: "annotations:0", "logprobs:0". */
  counted: Map<string, number>;
  /** Its type by its pieces, where no event told it. */
  guess?: string;
  closed: boolean;
}

/** What one event adds. */
export interface Told {
  delta: Delta;
  logprobs?: unknown[];
}

export class ItemReader {
  readonly #id: string;
  readonly #open = new Map<number, OpenItem>();
  readonly #think = new ThinkSplitter();
  calls = 0;

  /** `id` makes the ids of calls that came without. */
  constructor(id: string) {
    this.#id = id;
  }

  get empty(): boolean {
    return this.#open.size === 0;
  }

  /** An item begins, or is told again: what is not yet given out of it. */
  read(index: number, item: Json, done: boolean): Told[] {
    const open = this.#at(index);
    const again = open.closed;
    open.item = item;
    open.closed ||= done;
    switch (item["type"]) {
      case "message":
        return parts(item["content"]).flatMap((part, at) => this.part(index, at, part));
      case "reasoning":
        return this.#reasoning(index, item);
      case "function_call":
        return this.#call(index, open, item["arguments"], done);
      case "custom_tool_call":
        return this.#call(index, open, item["input"], done);
      case "image_generation_call":
        return done && !again ? picture(item) : [];
      default:
        return [];
    }
  }

  /** A whole part of a message. */
  part(index: number, at: number, part: Json): Told[] {
    const { type, text, refusal, annotations, logprobs } = part;
    if (type === "refusal") return this.rest(index, `refusal:${at}`, refusal);
    const { counted } = this.#at(index);
    const told = this.rest(index, `text:${at}`, text);
    const scores = list(logprobs).slice(counted.get(`logprobs:${at}`) ?? 0);
    const notes = list(annotations).slice(counted.get(`annotations:${at}`) ?? 0);
    if (scores.length > 0) told.push({ delta: {}, logprobs: scores });
    add(counted, `logprobs:${at}`, scores.length);
    return [...told, ...notes.flatMap((one) => this.annotation(index, at, one))];
  }

  /** One piece of a text. */
  piece(index: number, key: string, piece: unknown, logprobs?: unknown): Told[] {
    if (typeof piece !== "string" || piece === "") return [];
    const open = this.#at(index);
    const [kind = "", part] = key.split(":");
    open.guess ??= GUESSES[kind] ?? "message";
    const before = open.told.get(key);
    open.told.set(key, (before ?? "") + piece);
    const told = this.#give(open, key, piece, before === undefined);
    const scores = list(logprobs);
    add(open.counted, `logprobs:${part}`, scores.length);
    if (scores.length > 0) told.push({ delta: {}, logprobs: scores });
    return told;
  }

  /** A whole text: what its pieces left out. Where they say another text, they stand. */
  rest(index: number, key: string, whole: unknown): Told[] {
    const told = this.#at(index).told.get(key) ?? "";
    if (typeof whole !== "string" || whole.length <= told.length || !whole.startsWith(told)) return [];
    return this.piece(index, key, whole.slice(told.length));
  }

  annotation(index: number, at: number, annotation: unknown): Told[] {
    if (!isObject(annotation)) return [];
    add(this.#at(index).counted, `annotations:${at}`, 1);
    return [{ delta: { annotations: [chatAnnotation(annotation)] } }];
  }

  /** Text held back for a tag that never came. */
  flush(): Told[] {
    const { content, reasoning } = this.#think.end();
    if (content !== "") return [{ delta: { content } }];
    return reasoning === "" ? [] : [{ delta: { reasoning_content: reasoning } }];
  }

  /** The n-th item of a type, as the last event counts them, is the n-th that was opened: servers count otherwise. */
  positions(output: readonly Json[]): number[] {
    const known = [...this.#open].sort(([a], [b]) => a - b);
    const used = new Set<number>();
    let next = Math.max(-1, ...this.#open.keys()) + 1;
    return output.map(({ type }) => {
      const found = known.find(
        ([index, { item, guess }]) => !used.has(index) && (item["type"] ?? guess) === type,
      );
      const index = found?.[0] ?? next++;
      used.add(index);
      return index;
    });
  }

  /** What goes back with the next turn beside text and calls. `stored`: the provider keeps the answer. */
  kept(stored: boolean): Json[] {
    const items = [...this.#open].sort(([a], [b]) => a - b).map(([, { item, told }]) => ({ item, told }));
    return keptItems(items, stored);
  }

  #at(index: number): OpenItem {
    let open = this.#open.get(index);
    if (!open) {
      open = { item: {}, told: new Map(), counted: new Map(), closed: false };
      this.#open.set(index, open);
    }
    return open;
  }

  #give(open: OpenItem, key: string, piece: string, first: boolean): Told[] {
    const [kind, part] = key.split(":");
    switch (kind) {
      case "text": {
        if (this.#think.passive) return [{ delta: { content: piece } }];
        const { content, reasoning } = this.#think.push(piece);
        const told: Told[] = reasoning === "" ? [] : [{ delta: { reasoning_content: reasoning } }];
        return content === "" ? told : [...told, { delta: { content } }];
      }
      case "refusal":
        return [{ delta: { refusal: piece } }];
      case "input":
        return open.call === undefined
          ? []
          : [{ delta: { tool_calls: [{ index: open.call, function: { arguments: piece } }] } }];
      default:
        // Summaries of one thought are paragraphs.
        return [{ delta: { reasoning_content: first && part !== "0" ? `\n\n${piece}` : piece } }];
    }
  }

  /** The model's own words where it shows them, else their summary; both are the same thought. */
  #reasoning(index: number, { content, summary }: Json): Told[] {
    const { told } = this.#at(index);
    const own = parts(content);
    const summarised = [...told.keys()].some((key) => key.startsWith("summary"));
    const [kind, texts] = own.length > 0 && !summarised ? ["thought", own] : ["summary", parts(summary)];
    if (kind === "summary" && told.size > 0 && !summarised) return [];
    return (texts as Json[]).flatMap(({ text }, at) => this.rest(index, `${kind}:${at}`, text));
  }

  #call(index: number, open: OpenItem, whole: unknown, done: boolean): Told[] {
    const begun = open.call === undefined ? this.#begin(open) : [];
    const early = open.told.get("input");
    // Arguments that came before the call that they are for.
    if (begun.length > 0 && early !== undefined && early !== "")
      begun.push(...this.#give(open, "input", early, false));
    const told = [...begun, ...this.rest(index, "input", whole)];
    const nothing = done && !open.told.get("input") && open.item["type"] === "function_call";
    if (nothing && open.item["status"] !== "incomplete") told.push(...this.piece(index, "input", "{}"));
    return told;
  }

  #begin(open: OpenItem): Told[] {
    const { item } = open;
    const index = this.calls;
    open.call = index;
    this.calls += 1;
    const given = item["call_id"] || item["id"];
    const id = typeof given === "string" ? given : `call_${this.#id}_${index}`;
    const own: Json = {};
    if (item["type"] === "custom_tool_call") own["type"] = "custom";
    if (item["namespace"] != null) own["namespace"] = item["namespace"];
    const call = {
      index,
      id,
      type: "function" as const,
      function: { name: String(item["name"] ?? ""), arguments: "" },
    };
    const extra = Object.keys(own).length > 0 ? { provider_specific_fields: own } : {};
    return [{ delta: { tool_calls: [{ ...call, ...extra }] } }];
  }
}

const GUESSES: Readonly<Record<string, string>> = {
  summary: "reasoning",
  thought: "reasoning",
  input: "function_call",
};

function add(counted: Map<string, number>, key: string, more: number): void {
  counted.set(key, (counted.get(key) ?? 0) + more);
}

/** A picture in the place where chat answers have theirs. */
function picture({ result, output_format: format }: Json): Told[] {
  if (typeof result !== "string" || result === "") return [];
  const url = `data:image/${typeof format === "string" ? format : "png"};base64,${result}`;
  return [{ delta: { images: [{ type: "image_url", image_url: { url } }] } }];
}

/** The chat API nests what this one tells flat. */
function chatAnnotation({ type, ...rest }: Json): Json {
  return type === "url_citation" && !isObject(rest["url_citation"])
    ? { type, url_citation: rest }
    : { type, ...rest };
}

function list(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

export function parts(value: unknown): Json[] {
  return list(value).filter(isObject);
}
