// OpenTelemetry in memory, by the API's own interfaces: finished spans with their parents and attributes, and what was
// recorded of each metric. Contexts follow asynchronous calls as an SDK's do.

import { AsyncLocalStorage } from "node:async_hooks";
import {
  type Attributes,
  type Context,
  context,
  createNoopMeter,
  type Meter,
  metrics,
  ROOT_CONTEXT,
  type Span,
  type SpanOptions,
  trace,
} from "@opentelemetry/api";

export interface FinishedSpan {
  name: string;
  kind: number | undefined;
  id: string;
  parent: string | undefined;
  attributes: Attributes;
  /** Those there when it began. */
  first: Attributes;
  status: { code: number; message?: string | undefined };
  start: number;
  end: number;
}

export class MemoryTelemetry {
  readonly spans: FinishedSpan[] = [];
  readonly records: { metric: string; value: number; attributes: Attributes }[] = [];
  /** Spans that began. */
  began = 0;

  install(): void {
    const storage = new AsyncLocalStorage<Context>();
    context.setGlobalContextManager({
      active: () => storage.getStore() ?? ROOT_CONTEXT,
      with: (current, work, self, ...args) => storage.run(current, () => work.apply(self as never, args)),
      bind: (_current, target) => target,
      enable() {
        return this;
      },
      disable() {
        return this;
      },
    });
    const startSpan = (name: string, options?: SpanOptions, within?: Context): Span =>
      this.#start(name, options, within);
    const startActiveSpan = (): never => {
      throw new Error("not part of this tracer");
    };
    trace.setGlobalTracerProvider({ getTracer: () => ({ startSpan, startActiveSpan }) });
    metrics.setGlobalMeterProvider({ getMeter: () => this.#meter() });
  }

  remove(): void {
    trace.disable();
    context.disable();
    metrics.disable();
  }

  #start(name: string, options: SpanOptions = {}, within: Context = context.active()): Span {
    this.began += 1;
    const id = String(this.began).padStart(16, "0");
    const parent = trace.getSpan(within)?.spanContext().spanId;
    const first = { ...options.attributes };
    const attributes: Attributes = { ...first };
    let status: FinishedSpan["status"] = { code: 0 };
    const start = Number(options.startTime ?? Date.now());
    const span: Span = {
      spanContext: () => ({ traceId: "1".repeat(32), spanId: id, traceFlags: 1 }),
      setAttribute(key, value) {
        if (value !== undefined) attributes[key] = value;
        return this;
      },
      setAttributes(more) {
        Object.assign(attributes, more);
        return this;
      },
      addEvent: () => span,
      addLink: () => span,
      addLinks: () => span,
      setStatus(given) {
        status = given;
        return this;
      },
      updateName: () => span,
      end: (end) =>
        void this.spans.push({
          name,
          kind: options.kind,
          id,
          parent,
          attributes,
          first,
          status,
          start,
          end: Number(end),
        }),
      isRecording: () => true,
      recordException: () => {},
    };
    return span;
  }

  #meter(): Meter {
    return Object.assign(createNoopMeter(), {
      createHistogram: (metric: string) => ({
        record: (value: number, attributes: Attributes = {}) =>
          void this.records.push({ metric, value, attributes }),
      }),
    });
  }
}
