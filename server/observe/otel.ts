// OpenTelemetry: a client span and two metrics for every call to a provider, by the package @opentelemetry/api that the
// program itself has set up. Loaded only where "otel" is among the callbacks.

import type { Context, Histogram, Span, Tracer } from "@opentelemetry/api";
import type { CallFacts } from "./call-facts.ts";
import type { EndedCall } from "./observer.ts";
import {
  type Attributes,
  beginAttributes,
  endAttributes,
  errorType,
  operationOf,
  requestAttributes,
} from "./otel-attributes.ts";
import { inputMessages, outputMessages } from "./otel-messages.ts";

type Api = typeof import("@opentelemetry/api");

/** Set where the sources are bundled. */
declare const EDGEQUAKE_VERSION: string | undefined;
const VERSION = typeof EDGEQUAKE_VERSION === "string" ? EDGEQUAKE_VERSION : "0.0.0";
/** The conventions' own bounds. */
const SECONDS = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92];
const TOKENS = Array.from({ length: 14 }, (_, power) => 4 ** power);

export class Telemetry {
  readonly #api: Api;
  readonly #tracer: Tracer;
  readonly #duration: Histogram;
  readonly #tokens: Histogram;

  private constructor(api: Api) {
    this.#api = api;
    this.#tracer = api.trace.getTracer("edgequake", VERSION);
    const meter = api.metrics.getMeter("edgequake", VERSION);
    this.#duration = meter.createHistogram("gen_ai.client.operation.duration", {
      unit: "s",
      description: "Duration of a call to a model, its retries included",
      advice: { explicitBucketBoundaries: SECONDS },
    });
    this.#tokens = meter.createHistogram("gen_ai.client.token.usage", {
      unit: "{token}",
      description: "Tokens in and out of a call to a model",
      advice: { explicitBucketBoundaries: TOKENS },
    });
  }

  /** Rejects where the package is not installed. */
  static async load(): Promise<Telemetry> {
    return new Telemetry(await import("@opentelemetry/api"));
  }

  begin(facts: CallFacts, texts: boolean): CallSpan {
    const { model } = facts.named;
    const context = this.#api.context.active();
    const span = this.#tracer.startSpan(
      `${operationOf(facts)} ${model}`,
      {
        kind: this.#api.SpanKind.CLIENT,
        attributes: beginAttributes(facts),
        startTime: facts.begun.began,
      },
      context,
    );
    return new CallSpan(span, texts, {
      api: this.#api,
      context: this.#api.trace.setSpan(context, span),
      measure: (attributes, seconds, usage) => {
        this.#duration.record(seconds, attributes, context);
        const { prompt_tokens, completion_tokens } = usage ?? {};
        const { "error.type": _error, ...plain } = attributes;
        if (prompt_tokens !== undefined)
          this.#tokens.record(prompt_tokens, { ...plain, "gen_ai.token.type": "input" }, context);
        if (completion_tokens !== undefined)
          this.#tokens.record(completion_tokens, { ...plain, "gen_ai.token.type": "output" }, context);
      },
    });
  }
}

interface Means {
  api: Api;
  context: Context;
  measure(attributes: Attributes, seconds: number, usage: EndedCall["usage"]): void;
}

export class CallSpan {
  /** Prompts and answers are put on it. */
  readonly texts: boolean;
  readonly #span: Span;
  readonly #means: Means;

  constructor(span: Span, texts: boolean, means: Means) {
    this.#span = span;
    this.texts = texts;
    this.#means = means;
  }

  within<T>(work: () => Promise<T>): Promise<T> {
    return this.#means.api.context.with(this.#means.context, work);
  }

  made(facts: CallFacts): void {
    if (!this.#span.isRecording()) return;
    this.#span.setAttributes(requestAttributes(facts));
    const { messages } = facts;
    if (this.texts && Array.isArray(messages)) this.#span.setAttributes(facts.clean(inputMessages(messages)));
  }

  ended(facts: CallFacts, end: EndedCall): void {
    const { error, answer, usage, ended } = end;
    const { api, measure } = this.#means;
    this.#span.setAttributes(endAttributes(facts, end));
    if (this.texts && answer && "choices" in answer)
      this.#span.setAttributes(facts.clean(outputMessages(answer)));
    if (error) this.#span.setStatus({ code: api.SpanStatusCode.ERROR, message: error.message });
    this.#span.end(ended);
    const {
      "gen_ai.conversation.id": _id,
      "gen_ai.request.stream": _stream,
      ...kind
    } = beginAttributes(facts);
    const where = requestAttributes(facts);
    const attributes: Attributes = { ...kind };
    for (const name of ["server.address", "server.port"]) {
      const value = where[name];
      if (value !== undefined) attributes[name] = value;
    }
    if (answer?.model) attributes["gen_ai.response.model"] = answer.model;
    if (error) attributes["error.type"] = errorType(error);
    measure(attributes, (ended - facts.begun.began) / 1000, usage);
  }
}
