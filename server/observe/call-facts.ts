// What is known of a watched call, as it becomes known: where it went, who it is for, how it is named. Read by whatever
// tells of it; no key is in what it gives out.

import { redact } from "../engine/redact.ts";
import { secretsOf } from "../engine/secrets-of.ts";
import { attributionOf } from "../protocol/attribution.ts";
import type { Message } from "../protocol/messages.ts";
import { resolveModel } from "../providers/registry.ts";
import type { BegunCall, MadeCall } from "./observer.ts";

/** Of a call's own parameters: what names it, what is its text, and what never leaves. */
const NO_PARAMETERS = new Set([
  ...["model", "messages", "input", "stream", "drop_params", "organization", "metadata", "modify_params"],
  ...["mock_response", "mock_tool_calls", "mock_timeout", "mock_delay", "stream_options"],
]);

export class CallFacts {
  readonly begun: BegunCall;
  made: MadeCall | undefined;

  constructor(begun: BegunCall) {
    this.begun = begun;
  }

  get type(): "completion" | "embedding" {
    return this.begun.kind === "embedding" ? "embedding" : "completion";
  }
  get stream(): boolean {
    return this.begun.kind === "stream";
  }
  get attribution() {
    return attributionOf(this.begun.params);
  }
  get trace_id(): string {
    const { params, call_id } = this.begun;
    const { trace_id } = (params.metadata ?? {}) as { trace_id?: unknown };
    return textOf(params["litellm_trace_id"]) ?? textOf(trace_id) ?? call_id;
  }
  get messages(): Message[] | string | null {
    const { messages, input } = this.begun.params as { messages?: Message[]; input?: unknown };
    return (
      messages ?? (typeof input === "string" ? input : input === undefined ? null : JSON.stringify(input))
    );
  }

  /** Provider and model apart, also of a call that went nowhere. */
  get named(): { provider: string | null; model: string } {
    if (this.made) return { provider: this.made.target.provider.id, model: this.made.target.model };
    const { model, custom_llm_provider } = this.begun.params;
    try {
      return resolveModel(model, custom_llm_provider);
    } catch {
      return { provider: null, model };
    }
  }

  /** Without what a URL may hide: names, keys, a query. */
  get api_base(): string {
    const url = URL.parse(this.made?.target.api_base ?? "");
    return url
      ? `${url.origin === "null" ? url.protocol : url.origin}${url.pathname.replace(/\/+$/, "")}`
      : "";
  }

  get parameters(): Record<string, unknown> {
    if (!this.made) return {};
    const { params, passthrough } = this.made.call;
    const all = { ...params, ...passthrough } as Record<string, unknown>;
    return Object.fromEntries(
      Object.entries(all).filter(
        ([name, value]) => !NO_PARAMETERS.has(name) && value !== undefined && !isSecret(name),
      ),
    );
  }

  /** A copy of its own that holds no key, wherever one stood. */
  clean<T>(value: T): T {
    const own = this.made ? secretsOf(this.made.target) : [];
    const secrets = [this.begun.params.api_key, ...own];
    const text = JSON.stringify(value, (_key, one: unknown) =>
      typeof one === "string" ? redact(one, secrets) : one,
    );
    return text === undefined ? value : (JSON.parse(text) as T);
  }
}

function isSecret(name: string): boolean {
  return /(?:^|_)(?:key|token|secret|password|credentials|headers?)$/.test(name);
}

export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
