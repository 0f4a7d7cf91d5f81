// One attempt: one request, one answer or one error. Settles exactly once, whatever the socket does, and leaves
// no timer and no socket behind.

import type { OpenAIError } from "../protocol/errors.ts";
import type { WireRequest } from "../providers/types.ts";
import { Deadlines } from "./deadlines.ts";
import type { FailureContext } from "./failure.ts";
import type { Exchange, FailurePoint, Http, Incoming } from "./http.ts";
import { Inflate } from "./inflate.ts";
import { joinHeaders } from "./join-headers.ts";
import { OverflowError } from "./overflow.ts";
import { CutStream } from "./read-stream.ts";
import { retryAfterMs } from "./retry-after.ts";
import type { Stop } from "./stop.ts";
import type { Limits, Target } from "./target.ts";
import { joinUrl, parseBase } from "./url.ts";

export interface AttemptContext {
  http: Http;
  target: Target;
  limits: Limits;
  failures: FailureContext;
  stop: Stop;
  /** Wall clock in milliseconds, for Retry-After dates. */
  now(): number;
}

/** A pooled socket had died before it took the request: not the provider's failure, and not counted. */
export class StaleSocket extends Error {
  override readonly name = "StaleSocket";
}

/** What reads the body of a 2xx. */
export interface BodyReader {
  /** Returns true when the bytes brought content (for the idle clock). Throws for what is no answer. */
  data(bytes: Buffer): boolean;
  /** The whole answer has been read: nothing after it matters. */
  complete(): boolean;
  /** The body ended cleanly. Throws when the answer is not whole. */
  end(): void;
  /** The body broke. True when the answer was whole all the same. */
  broken(): boolean;
}

const MAX_ERROR_BODY = 64 * 1024;
/** A socket that was dead says so at once. One that breaks later may have had the request read and worked on. */
const STALE_MS = 1_000;
/** After the terminal marker a server gets this long to end the body, so that its socket can be used again. */
const DRAIN_MS = 1_000;

export interface AttemptEnd {
  request_id: string | undefined;
}

export function runAttempt(
  context: AttemptContext,
  wire: WireRequest,
  makeReader: (headers: Record<string, string>, control: { pause(): void; resume(): void }) => BodyReader,
): Promise<AttemptEnd> {
  return new Promise((resolve, reject) => new Attempt(context, wire, makeReader, resolve, reject).start());
}

class Attempt implements Incoming {
  readonly #context: AttemptContext;
  readonly #wire: WireRequest;
  readonly #makeReader: Parameters<typeof runAttempt>[2];
  readonly #resolve: (end: AttemptEnd) => void;
  readonly #reject: (error: Error) => void;
  readonly #deadlines: Deadlines;
  #exchange: Exchange | undefined;
  #release: (() => void) | undefined;
  #reader: BodyReader | undefined;
  #inflate: Inflate | undefined;
  #status = 0;
  #headers: Record<string, string> = {};
  #errorBody: Buffer[] = [];
  #errorBytes = 0;
  #settled = false;
  #sent = 0;

  constructor(
    context: AttemptContext,
    wire: WireRequest,
    makeReader: Parameters<typeof runAttempt>[2],
    resolve: (end: AttemptEnd) => void,
    reject: (error: Error) => void,
  ) {
    this.#context = context;
    this.#wire = wire;
    this.#makeReader = makeReader;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#deadlines = new Deadlines(context.limits, (kind, ms) =>
      this.#fail(context.failures.timeout(kind, ms, this.#told())),
    );
  }

  start(): void {
    const { target, stop, http } = this.#context;
    const { method, path, headers, body, beside_version } = this.#wire;
    const url = joinUrl(parseBase(target.api_base), path, beside_version);
    const sent = joinHeaders(
      [
        { accept: "*/*", "accept-encoding": "identity", "user-agent": "edgequake" },
        body ? { "content-type": "application/json" } : {},
        target.api_key === undefined ? {} : target.provider.auth(target.api_key, target.settings),
        headers ?? {},
        target.headers,
      ],
      target.provider.list_headers,
    );
    const request = {
      method,
      origin: url.origin,
      path: url.path,
      headers: sent,
      body: body && JSON.stringify(body),
    };
    const { sign } = target.provider;
    if (sign && target.api_key === undefined)
      Object.assign(sent, sign(request, target.settings, new Date(this.#context.now())));
    this.#exchange = http.send(request, this);
    this.#deadlines.start();
    this.#release = stop.onStop((reason) => this.#fail(reason));
  }

  onSent(): void {
    this.#sent = performance.now();
    this.#deadlines.sent();
  }

  onHeaders(status: number, headers: Record<string, string>): void {
    this.#status = status;
    this.#headers = headers;
    if (status >= 300 && status < 400) {
      this.#fail(this.#context.failures.redirect(status, headers["location"]));
      return;
    }
    if (status < 300) this.#reader = this.#makeReader(headers, this.#control());
    const encoding = headers["content-encoding"]?.trim().toLowerCase();
    if (encoding && encoding !== "identity") this.#decompress(encoding);
  }

  onData(bytes: Buffer): void {
    if (this.#settled) return;
    if (this.#inflate) this.#inflate.write(bytes);
    else this.#take(bytes);
  }

  onEnd(): void {
    clearTimeout(this.#drain);
    if (this.#settled) return;
    if (this.#inflate) this.#inflate.end();
    else this.#ended();
  }

  onError(error: Error, point: FailurePoint): void {
    clearTimeout(this.#drain);
    if (this.#settled) return;
    if (this.#reader?.broken()) {
      this.#succeed();
      return;
    }
    const unread = point.sent && point.reused_socket && !point.received;
    if (unread && performance.now() - this.#sent < STALE_MS) {
      this.#settle();
      this.#reject(new StaleSocket(error.message, { cause: error }));
      return;
    }
    // An error status stands, even when its body broke off.
    if (this.#status >= 400) this.#refused();
    else this.#fail(this.#context.failures.transport(error, this.#told()));
  }

  #control(): { pause(): void; resume(): void } {
    const exchange = this.#exchange;
    return {
      pause: () => {
        exchange?.pause();
        this.#deadlines.suspend();
      },
      resume: () => {
        if (!this.#settled) this.#deadlines.resume();
        exchange?.resume();
      },
    };
  }

  #decompress(encoding: string): void {
    const failed = (error: unknown): void =>
      this.#fail(this.#context.failures.transport(error as Error, this.#told()));
    try {
      this.#inflate = Inflate.create(encoding, {
        data: (bytes) => {
          if (!this.#settled) this.#take(bytes);
        },
        end: () => this.#ended(),
        error: failed,
      });
    } catch (error) {
      failed(error);
    }
  }

  #take(bytes: Buffer): void {
    if (this.#reader) this.#read(this.#reader, bytes);
    else this.#collectError(bytes);
  }

  #collectError(bytes: Buffer): void {
    this.#deadlines.progress();
    this.#errorBody.push(bytes.subarray(0, MAX_ERROR_BODY - this.#errorBytes));
    this.#errorBytes += bytes.length;
    // Enough to know what is wrong; the rest is not worth reading.
    if (this.#errorBytes >= MAX_ERROR_BODY) this.#refused();
  }

  #read(reader: BodyReader, bytes: Buffer): void {
    try {
      if (reader.data(bytes)) this.#deadlines.progress();
    } catch (error) {
      this.#failReading(error);
      return;
    }
    if (reader.complete() && !this.#settled) this.#succeed();
  }

  #ended(): void {
    if (this.#settled) return;
    if (!this.#reader) {
      this.#refused();
      return;
    }
    try {
      this.#reader.end();
    } catch (error) {
      this.#failReading(error);
      return;
    }
    this.#succeed();
  }

  #failReading(thrown: unknown): void {
    const { failures } = this.#context;
    if (thrown instanceof CutStream) this.#fail(failures.cut(thrown.message, this.#told()));
    else if (thrown instanceof OverflowError) this.#fail(failures.transport(thrown, this.#told()));
    else this.#fail(failures.fromDecoder(thrown, this.#told()));
  }

  #refused(): void {
    const { target, failures, now } = this.#context;
    const body = Buffer.concat(this.#errorBody).toString("utf8");
    const failure = target.provider.failure(this.#status, this.#headers, body);
    const retry_after_ms = failure.retry_after_ms ?? retryAfterMs(this.#headers, now());
    const error = failures.fromFailure(failure, {
      ...this.#told(),
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    });
    const should = this.#headers["x-should-retry"];
    if (should === "true") error.retryable = true;
    if (should === "false") error.retryable = false;
    this.#fail(error);
  }

  #told(): { request_id?: string } {
    const id =
      this.#headers["x-request-id"] ?? this.#headers["request-id"] ?? this.#headers["x-amzn-requestid"];
    return id === undefined ? {} : { request_id: this.#context.failures.clean(id) };
  }

  #succeed(): void {
    this.#settle();
    const exchange = this.#exchange;
    if (this.#reader?.complete()) {
      const timer = setTimeout(() => exchange?.abort(), DRAIN_MS);
      timer.unref();
      this.#drain = timer;
    }
    const { request_id } = this.#told();
    this.#resolve({ request_id });
  }
  #drain: NodeJS.Timeout | undefined;

  #fail(error: OpenAIError): void {
    if (this.#settled) return;
    this.#settle();
    this.#exchange?.abort();
    this.#reject(error);
  }

  #settle(): void {
    this.#settled = true;
    this.#deadlines.clear();
    this.#release?.();
  }
}
