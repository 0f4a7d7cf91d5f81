// Ends a call from outside, once, with the reason: the caller's cancel or the total deadline. Cheaper than an
// AbortController per call, and the reason is already the error the caller gets.

import type { OpenAIError } from "../protocol/errors.ts";

export class Stop {
  #reason: OpenAIError | undefined;
  #listeners = new Set<(reason: OpenAIError) => void>();

  get reason(): OpenAIError | undefined {
    return this.#reason;
  }

  stop(reason: OpenAIError): void {
    if (this.#reason) return;
    this.#reason = reason;
    const listeners = this.#listeners;
    this.#listeners = new Set();
    for (const listener of listeners) listener(reason);
  }

  /** Returns how to stop listening. A listener added too late is called at once. */
  onStop(listener: (reason: OpenAIError) => void): () => void {
    if (this.#reason) {
      listener(this.#reason);
      return () => {};
    }
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles as `work` does, or rejects with the reason when stopped before. */
  race<T>(work: Promise<T>): Promise<T> {
    return new Promise((resolve, reject) => {
      const release = this.onStop(reject);
      work.then(resolve, reject).finally(release);
    });
  }

  /** Waits; rejects with the reason when stopped meanwhile. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        release();
        resolve();
      }, ms);
      const release = this.onStop((reason) => {
        clearTimeout(timer);
        reject(reason);
      });
    });
  }
}
