// A stream's tool calls, put together from their deltas: the host takes each whole, with its input as an object. Pure.

import type { DeltaToolCall } from "../../server/protocol/messages.ts";

export interface WholeCall {
  id: string;
  name: string;
  input: object;
}

export class ToolCallParts {
  readonly #open = new Map<number, { id: string; name: string; text: string[] }>();

  push({ index, id, function: fn }: DeltaToolCall): void {
    let call = this.#open.get(index);
    if (!call) {
      call = { id: "", name: "", text: [] };
      this.#open.set(index, call);
    }
    call.id ||= id ?? "";
    call.name ||= fn.name ?? "";
    if (fn.arguments) call.text.push(fn.arguments);
  }

  /** In the order of their indices. Arguments that are no JSON object are handed on under `arguments`: nothing is lost. */
  finish(): WholeCall[] {
    return [...this.#open.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, { id, name, text }]) => ({ id, name, input: inputOf(text.join("")) }));
  }
}

function inputOf(text: string): object {
  if (text.trim() === "") return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === "object" && value !== null) return value;
  } catch {
    // Handed on below.
  }
  return { arguments: text };
}
