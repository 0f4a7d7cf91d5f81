// Every way an attempt can fail becomes one LiteLLM class here: transport signals, deadlines, HTTP statuses and
// failures inside a 200. Messages say what to do and never hold a secret of the call.

import { createError, type ErrorFields, OpenAIError } from "../protocol/errors.ts";
import { classify } from "../providers/classify.ts";
import { type Failure, WireFailure } from "../providers/types.ts";
import type { DeadlineKind } from "./deadlines.ts";
import { PROXY_FAILURE } from "./proxy.ts";
import { redact } from "./redact.ts";
import { secretsOf } from "./secrets-of.ts";
import type { Target } from "./target.ts";

/** The answer was no answer at all. */
export const NO_ANSWER = "no_answer";

/** Builds errors that belong to one call: provider, model, ids, hints, redaction. */
export class FailureContext {
  readonly #target: Target;
  readonly #call_id: string;
  constructor(target: Target, call_id: string) {
    this.#target = target;
    this.#call_id = call_id;
  }

  /** Without the call's secrets: a provider may echo anything. */
  clean(text: string): string {
    return redact(text, secretsOf(this.#target));
  }

  fromFailure(failure: Failure, extra: Partial<ErrorFields> = {}): OpenAIError {
    const verdict = classify(failure);
    const retry_after_ms = failure.retry_after_ms ?? extra.retry_after_ms;
    return this.#create(verdict.name, failure.message, {
      status_code: verdict.status_code,
      retryable: verdict.retryable,
      ...(failure.code === undefined ? {} : { code: failure.code }),
      ...(failure.param === undefined ? {} : { param: failure.param }),
      ...extra,
      ...(retry_after_ms === undefined ? {} : { retry_after_ms }),
    });
  }

  /** What a decoder threw. */
  fromDecoder(thrown: unknown, extra: Partial<ErrorFields> = {}): OpenAIError {
    if (thrown instanceof OpenAIError) return thrown;
    if (thrown instanceof WireFailure) {
      const { failure } = thrown;
      if (failure.code === NO_ANSWER || failure.code === "invalid_json") {
        return this.notAnAnswer(failure.message, { code: failure.code, ...extra });
      }
      return this.fromFailure(failure, extra);
    }
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return this.#create("APIError", message, { retryable: false, cause: thrown, ...extra });
  }

  /** A 200 that is no answer. */
  notAnAnswer(message: string, extra: Partial<ErrorFields> = {}): OpenAIError {
    const retryable = extra.code !== "invalid_json";
    return this.#create("APIError", `${message}. Is ${this.#target.api_base} really a provider's API?`, {
      status_code: 500,
      retryable,
      code: NO_ANSWER,
      ...extra,
    });
  }

  cut(message: string, extra: Partial<ErrorFields> = {}): OpenAIError {
    return this.#create("APIConnectionError", message, { retryable: true, code: "stream_cut", ...extra });
  }

  timeout(kind: DeadlineKind | "total", ms: number, extra: Partial<ErrorFields> = {}): OpenAIError {
    const what = {
      connect: "no connection",
      first_token: "no first token",
      idle: "no further content",
      total: "no whole answer",
    }[kind];
    return this.#create("Timeout", `${what} within ${ms / 1000} s (timeout.${kind})`, {
      retryable: kind !== "total",
      code: `timeout_${kind}`,
      ...extra,
    });
  }

  redirect(status: number, location: string | undefined): OpenAIError {
    const to = location === undefined ? null : URL.parse(location, `${this.#target.api_base}/`);
    return this.#create(
      "APIConnectionError",
      `${this.#target.origin} answers ${status} and points to ${to?.origin ?? "nowhere"}; EdgeQuake follows no redirect with a key or a prompt. If that is the right place, set api_base to it`,
      { status_code: status, retryable: false, code: "redirect" },
    );
  }

  /** A socket, DNS, TLS or HTTP-parser error, by faults' table of raw signals. */
  transport(error: Error, extra: Partial<ErrorFields> = {}): OpenAIError {
    const code = codeOf(error);
    const { origin } = this.#target;
    const make = (message: string, retryable: boolean, refused = false): OpenAIError =>
      this.#create("APIConnectionError", message, { retryable, code, cause: error, ...extra }, refused);
    if (error.name === PROXY_FAILURE)
      return make(error.message, (error as { retryable?: boolean }).retryable === true);
    if (error.name === "OverflowError")
      return this.#create("APIError", error.message, { retryable: false, cause: error, ...extra });
    if (code === "ECONNREFUSED") return make(`connection to ${origin} refused`, true, true);
    if (code === "ENOTFOUND")
      return make(`the host of ${origin} is not known (DNS). Check api_base, or your network`, false);
    if (code === "UND_ERR_CONNECT_TIMEOUT" || code === "ETIMEDOUT")
      return make(`no connection to ${origin} in time`, true);
    if (code === "UND_ERR_HEADERS_TIMEOUT" || code === "UND_ERR_BODY_TIMEOUT") {
      return this.#create("Timeout", `${origin} fell silent`, { retryable: true, cause: error, ...extra });
    }
    if (isTls(code, error)) {
      return make(
        `TLS to ${origin} failed: ${error.message}. If your network intercepts TLS, give its CA by NODE_EXTRA_CA_CERTS or http.systemCertificates`,
        false,
      );
    }
    if (error.name === "HTTPParserError" || code.startsWith("HPE_")) {
      return make(`${origin} does not speak HTTP. Is this port a provider's?`, true);
    }
    return make(`the connection to ${origin} broke: ${error.message || code}`, true);
  }

  #create(name: string, message: string, fields: Partial<ErrorFields>, refused = false): OpenAIError {
    const { provider, model, requested_model, api_base } = this.#target;
    const clean = this.clean(message);
    const hint = provider.hint?.({
      name,
      status: fields.status_code,
      message: clean,
      model,
      api_base,
      refused,
    });
    return createError(name, {
      message: `${provider.label}Exception - ${clean}${hint ? `${/[.!?\u2026]$/.test(clean) ? "" : "."} ${hint}` : ""}`,
      llm_provider: provider.id,
      model: requested_model,
      call_id: this.#call_id,
      ...fields,
      ...(fields.code === undefined ? {} : { code: this.clean(fields.code) }),
      ...(fields.param === undefined ? {} : { param: this.clean(fields.param) }),
    });
  }
}

function codeOf(error: Error): string {
  const own = (error as NodeJS.ErrnoException).code;
  // Happy eyeballs: each address failed in its own way, and the first is the one a person means.
  const inner =
    error instanceof AggregateError
      ? (error.errors[0] as NodeJS.ErrnoException | undefined)?.code
      : undefined;
  return inner ?? own ?? error.name;
}

function isTls(code: string, error: Error): boolean {
  return (
    /^(?:ERR_TLS|ERR_SSL|CERT_|UNABLE_TO_|SELF_SIGNED|DEPTH_ZERO|EPROTO|ERR_OSSL)/.test(code) ||
    /certificate|SSL routines|wrong version number/i.test(error.message)
  );
}
