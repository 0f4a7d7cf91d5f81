// How full the model's context would be with this conversation and what is being written: what the provider counted of
// the last answer, and a count of what came after it. Asked for once typing pauses; nothing is asked twice. Pure but for
// its timer.

import type { Message } from "../../server/protocol/messages.ts";
import type { ContextMeter } from "../../server/protocol/webview.ts";
import { IMAGE_TOKENS, withoutImages } from "./fit.ts";
import { messagesOf } from "./told.ts";
import type { Entry } from "./turns.ts";

export interface MeterSource {
  entries: readonly Entry[];
  /** There are messages before these that are not in memory. */
  hasOlder: boolean;
  /** As it would be sent. */
  draft: Entry;
  model: string | null;
}

export interface MeterOptions {
  read(): MeterSource;
  limitOf(model: string): Promise<number | null>;
  count(model: string, messages: readonly Message[]): Promise<{ tokens: number; exact: boolean }>;
  changed(meter: ContextMeter | null): void;
}

const PAUSE_MS = 300;

export class ContextGauge {
  readonly #options: MeterOptions;
  #timer: NodeJS.Timeout | undefined;
  #last = "";
  #shown: ContextMeter | null = null;
  #run = 0;

  constructor(options: MeterOptions) {
    this.#options = options;
  }

  get shown(): ContextMeter | null {
    return this.#shown;
  }

  /** Something it depends on is different. */
  touch(): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => void this.#measure(), PAUSE_MS);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#run += 1;
  }

  async #measure(): Promise<void> {
    const source = this.#options.read();
    this.#run += 1;
    const run = this.#run;
    const draft = messagesOf([source.draft]);
    if (source.model === null || (source.entries.length === 0 && draft.length === 0)) {
      this.#show(null);
      return;
    }
    const { known, rest } = split(source);
    const { messages, images } = withoutImages([...messagesOf(rest), ...draft]);
    const key = JSON.stringify([source.model, known, images, messages]);
    if (key === this.#last) return;
    try {
      const { limitOf, count } = this.#options;
      const [limit, counted] = await Promise.all([
        limitOf(source.model),
        messages.length > 0 ? count(source.model, messages) : { tokens: 0, exact: true },
      ]);
      if (run !== this.#run) return;
      this.#last = key;
      const complete = known.tokens > 0 || !source.hasOlder;
      const exact = counted.exact && known.exact && complete && images === 0;
      const used = known.tokens + counted.tokens + images * IMAGE_TOKENS;
      this.#show({ used, limit, exact });
    } catch {
      // Not knowing is no failure of the chat.
      if (run === this.#run) this.#show(null);
    }
  }

  #show(meter: ContextMeter | null): void {
    if (meter === null) this.#last = "";
    if (JSON.stringify(meter) === JSON.stringify(this.#shown)) return;
    this.#shown = meter;
    this.#options.changed(meter);
  }
}

/** What the provider counted up to the last answer that said so, and the turns after it. */
function split({ entries, model }: MeterSource): {
  known: { tokens: number; exact: boolean };
  rest: readonly Entry[];
} {
  const index = entries.findLastIndex(
    ({ turn }) => turn.usage !== null && turn.text !== "" && turn.compare === null,
  );
  const turn = entries[index]?.turn;
  if (!turn?.usage) return { known: { tokens: 0, exact: true }, rest: entries };
  const { prompt_tokens, completion_tokens, completion_tokens_details } = turn.usage;
  // Reasoning is not told again.
  const thought = completion_tokens_details?.reasoning_tokens ?? 0;
  const tokens = prompt_tokens + Math.max(0, completion_tokens - thought);
  return { known: { tokens, exact: turn.model === model }, rest: entries.slice(index + 1) };
}
