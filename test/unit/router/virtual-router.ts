// A whole router on a virtual clock: its deployments answer by script, time passes only when a test says so, and every
// request is written down with when it was made.

import { mock } from "node:test";
import { Stop } from "../../../server/engine/stop.ts";
import type { CallStatus } from "../../../server/protocol/call-status.ts";
import { createError, type OpenAIError } from "../../../server/protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../../../server/protocol/messages.ts";
import type { RouterHost } from "../../../server/router/host.ts";
import { Router } from "../../../server/router/router.ts";
import { MemoryLimits } from "../../../server/store/memory-limits.ts";
import { type Entry, type VirtualClock, virtualClock } from "./scene.ts";

export interface Asked {
  deployment: string;
  /** Of the virtual clock. */
  at: number;
  params: Readonly<Record<string, unknown>>;
}
/** How one request ends: after so long, with an error or an answer. */
export interface Reply {
  ms?: number;
  error?: OpenAIError;
  tokens?: number;
  cost_usd?: number | null;
}
export type Script = (asked: Asked, nth: number) => Reply;

const STEP_MS = 5;

export class VirtualRouter {
  readonly clock: VirtualClock;
  readonly requests: Asked[] = [];
  readonly statuses: CallStatus[] = [];
  readonly router: Router;
  /** Told of every request that is over. */
  onEnd: (deployment: string) => void = () => {};
  readonly #host: RouterHost;

  /** Deployments a, b, c … of group "g", or those of `options.model_list`. */
  constructor(
    entries: Entry[],
    options: Record<string, unknown>,
    script: Script,
    host: Partial<RouterHost> = {},
  ) {
    this.clock = virtualClock(options["seed"] as number | undefined);
    mock.timers.enable({ apis: ["setTimeout"] });
    const completion = (params: CompletionParams, stop: Stop, deployment: string): Promise<ModelResponse> => {
      const asked = { deployment, at: this.clock.ms, params: params as unknown as Asked["params"] };
      this.requests.push(asked);
      const { ms = 10, error, tokens = 2, cost_usd = null } = script(asked, this.requests.length);
      const over = (): void => this.onEnd(deployment);
      return stop
        .sleep(ms)
        .finally(over)
        .then(() => {
          if (error) throw error;
          return answer(tokens, cost_usd);
        });
    };
    this.#host = {
      clock: this.clock,
      limits: new MemoryLimits(this.clock.monotonic),
      env: () => undefined,
      error: createError,
      run: {
        completion,
        stream: () => Promise.reject(new Error("not here")),
        embedding: () => Promise.reject(),
      },
      estimate: ({ max_tokens }) => (typeof max_tokens === "number" ? max_tokens : 1),
      ...host,
    };
    const { seed: _seed, ...rest } = options;
    const model_list = entries.map((entry, index) => ({
      model_name: "g",
      litellm_params: { model: `openai/m${index}`, ...entry },
      model_info: { id: String.fromCharCode(97 + index) },
    }));
    this.router = new Router("virtual", { model_list, ...rest }, this.#host);
  }

  /** Starts a call; it goes on as time passes. */
  start(params: object = {}, stop = new Stop()): Promise<ModelResponse> {
    const call = this.router.completion(
      { model: "g", messages: [{ role: "user", content: "x" }], ...params },
      stop,
      (status) => this.statuses.push(status),
    );
    call.catch(() => {});
    return call;
  }

  /** A call and the time it takes. */
  async ask(params: object = {}): Promise<ModelResponse> {
    return this.until(this.start(params));
  }
  async failure(params: object = {}): Promise<OpenAIError> {
    return this.until(
      this.start(params).then(
        () => {
          throw new Error("it succeeded");
        },
        (error: OpenAIError) => error,
      ),
    );
  }

  /** Lets time pass until it is settled. */
  async until<T>(work: Promise<T>, longest_ms = 600_000): Promise<T> {
    let settled = false;
    const done = (): void => {
      settled = true;
    };
    work.then(done, done);
    const end = this.clock.ms + longest_ms;
    await flush();
    while (!settled) {
      if (this.clock.ms > end) throw new Error(`not settled within ${longest_ms} virtual ms`);
      await this.pass(STEP_MS);
    }
    return work;
  }

  async pass(ms: number): Promise<void> {
    // What was started begins now, and not when time has passed.
    await flush();
    for (let left = ms; left > 0; left -= STEP_MS) {
      const step = Math.min(STEP_MS, left);
      this.clock.ms += step;
      mock.timers.tick(step);
      await flush();
    }
  }

  asked(): string {
    return this.requests.map(({ deployment }) => deployment).join("");
  }

  dispose(): void {
    this.router.dispose();
    mock.timers.reset();
  }
}

/** Everything that waits for nothing but promises runs. */
function flush(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function answer(tokens: number, cost_usd: number | null): ModelResponse {
  return {
    id: "x",
    object: "chat.completion",
    created: 0,
    model: "m",
    choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", content: "x" } }],
    usage: { prompt_tokens: 1, completion_tokens: tokens - 1, total_tokens: tokens },
    edgequake: { warnings: [], call_id: "c", attempts: 1, ms_first_chunk: null, ms_total: 0, cost_usd },
  };
}
