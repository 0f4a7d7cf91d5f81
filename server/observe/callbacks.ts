// LiteLLM's callbacks over the calls of a library. A callback that throws, rejects or never returns harms no call; it is
// named once in a warning.

import type { CallbackLists } from "../protocol/callbacks.ts";
import { CallFacts } from "./call-facts.ts";
import { earsOf, isEmpty } from "./ears.ts";
import type { BegunCall, Observation, Observer } from "./observer.ts";
import { type CallSpan, Telemetry } from "./otel.ts";
import { WatchedCall } from "./watched-call.ts";

/** A callback that is still at work when the library ends gets this long. */
const LONGEST_GOODBYE_MS = 2_000;

export class Callbacks implements Observer {
  readonly #lists: CallbackLists;
  readonly #warn: (message: string) => void;
  readonly #warned = new Set<string>();
  readonly #pending = new Set<Promise<unknown>>();
  #telemetry: Promise<Telemetry | undefined> | undefined;

  /** The lists are the program's own, and may change at any time. */
  constructor(lists: CallbackLists, warn: (message: string) => void) {
    this.#lists = lists;
    this.#warn = warn;
  }

  get any(): boolean {
    return !isEmpty(this.#lists);
  }

  async begin(begun: BegunCall): Promise<Observation | undefined> {
    const { params } = begun;
    if (params["no-log"] === true) return undefined;
    const silent = params["turn_off_message_logging"] === true;
    const { ears, otel, unknown } = earsOf(this.#lists, silent);
    for (const one of unknown) {
      this.#warnOnce(
        `callback "${one}" is not known: give a function, an object with log_success_event and the like, or "otel"`,
      );
    }
    const facts = new CallFacts(begun);
    const texts = !silent && !this.#lists.turn_off_message_logging;
    const telemetry = otel ? await this.#spans() : undefined;
    let span: CallSpan | undefined;
    if (telemetry) {
      this.#tell("otel", "a span", () => {
        span = telemetry.begin(facts, texts);
      });
    }
    if (ears.length === 0 && !span) return undefined;
    return new WatchedCall(facts, {
      ears,
      span,
      tell: (name, event, call) => this.#tell(name, event, call),
      later: (work) => this.#later(work),
    });
  }

  /** Resolves when what was still to be told has been. */
  async settled(): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, LONGEST_GOODBYE_MS);
    });
    const all = async (): Promise<void> => {
      while (this.#pending.size > 0) await Promise.allSettled(this.#pending);
    };
    await Promise.race([all(), late]);
    clearTimeout(timer);
  }

  #spans(): Promise<Telemetry | undefined> {
    this.#telemetry ??= Telemetry.load().catch(() => {
      this.#warnOnce(
        'the callback "otel" needs the package @opentelemetry/api: npm install @opentelemetry/api',
      );
      return undefined;
    });
    return this.#telemetry;
  }

  #tell(name: string, event: string, call: () => unknown): void {
    try {
      const result = call();
      if (result instanceof Promise) this.#keep(result.catch((thrown) => this.#threw(name, event, thrown)));
    } catch (thrown) {
      this.#threw(name, event, thrown);
    }
  }

  #threw(name: string, event: string, thrown: unknown): void {
    const why = thrown instanceof Error ? `${thrown.name}: ${thrown.message}` : String(thrown);
    this.#warnOnce(`the callback ${name} threw at ${event} (${why}); the call went on`, `${name} ${event}`);
  }

  #later(work: () => Promise<void>): void {
    const after = new Promise<void>((resolve) => {
      setImmediate(resolve);
    });
    const told = after
      .then(work)
      .catch((thrown: unknown) => this.#warnOnce(`callbacks were not told: ${thrown}`));
    this.#keep(told);
  }

  #keep(work: Promise<unknown>): void {
    this.#pending.add(work);
    void work.finally(() => this.#pending.delete(work));
  }

  #warnOnce(message: string, key = message): void {
    if (this.#warned.has(key)) return;
    this.#warned.add(key);
    this.#warn(message);
  }
}
