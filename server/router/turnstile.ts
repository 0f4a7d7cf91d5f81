// Where requests wait for a limit to free: lower priority number first, then in the order they came. Whoever is first
// is let try; those behind never overtake it. A request leaves when its deadline passes or it is cancelled.

export interface Waiting {
  /** LiteLLM's: 0 is the most urgent. */
  priority: number;
  /** Milliseconds it may wait at most. */
  longest_ms: number;
}

interface Entry extends Waiting {
  turn: number;
  wake: () => void;
}

export class Turnstile {
  #entries: Entry[] = [];
  #turn = 0;

  get length(): number {
    return this.#entries.length;
  }

  /** Whether a request of that priority would have to wait behind another. */
  isBusy(priority: number): boolean {
    const first = this.#entries[0];
    return first !== undefined && first.priority <= priority;
  }

  /** Takes a place; the entry is first when `isFirst` says so. */
  enter({ priority, longest_ms }: Waiting, wake: () => void): Place {
    const entry: Entry = { priority, longest_ms, turn: this.#turn++, wake };
    const index = this.#entries.findIndex((one) => one.priority > priority);
    if (index < 0) this.#entries.push(entry);
    else this.#entries.splice(index, 0, entry);
    return {
      isFirst: () => this.#entries[0] === entry,
      leave: () => {
        const was = this.#entries.indexOf(entry);
        if (was < 0) return;
        this.#entries.splice(was, 1);
        if (was === 0) this.wake();
      },
    };
  }

  /** Something was freed: the first one looks. */
  wake(): void {
    this.#entries[0]?.wake();
  }

  /** Everybody looks, to find that there is nothing to wait for. */
  wakeAll(): void {
    for (const { wake } of [...this.#entries]) wake();
  }
}

export interface Place {
  isFirst(): boolean;
  leave(): void;
}
