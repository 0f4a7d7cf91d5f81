// At most one request at a time, begun only after a rest: a newer one ends the older, whoever asked. Knows no clock
// but the timer it is given.

export type Sleep = (ms: number, signal: AbortSignal) => Promise<void>;

export class SingleFlight {
  #current: AbortController | undefined;
  readonly #sleep: Sleep;

  constructor(sleep: Sleep) {
    this.#sleep = sleep;
  }

  /** undefined = it was ended, by a newer one, by `ended` or by cancel(). Throws what `ask` throws. */
  async run<T>(
    rest_ms: number,
    ended: (listener: () => void) => { dispose(): void },
    ask: (signal: AbortSignal) => Promise<T>,
  ): Promise<T | undefined> {
    this.cancel();
    const own = new AbortController();
    this.#current = own;
    const ending = ended(() => own.abort());
    try {
      if (rest_ms > 0) await this.#sleep(rest_ms, own.signal);
      if (own.signal.aborted) return undefined;
      return await ask(own.signal);
    } catch (error) {
      if (own.signal.aborted) return undefined;
      throw error;
    } finally {
      ending.dispose();
      if (this.#current === own) this.#current = undefined;
    }
  }

  cancel(): void {
    this.#current?.abort();
    this.#current = undefined;
  }
}
