// VS Code asks for a provider's models when somebody opens their list, or when they change. Who has had EdgeQuake's there
// finds them in the next window too, once EdgeQuake is in use and its start is over; for nobody else a list is asked for.

const KEY = "edgequake.listed";
/** The first question of a window goes first. */
const REST_MS = 3_000;

export interface ListedMemory {
  get(key: string): unknown;
  update(key: string, value: boolean): PromiseLike<void>;
}

export class ListedBefore {
  readonly #memory: ListedMemory;
  readonly #announce: () => void;
  readonly #rest_ms: number;
  #timer: NodeJS.Timeout | undefined;
  #done = false;

  constructor(memory: ListedMemory, announce: () => void, rest_ms = REST_MS) {
    this.#memory = memory;
    this.#announce = announce;
    this.#rest_ms = rest_ms;
  }

  /** VS Code has asked by itself. */
  asked(): void {
    this.dispose();
    if (this.#memory.get(KEY) !== true) void this.#memory.update(KEY, true);
  }

  /** The backend is up. */
  running(): void {
    if (this.#done || this.#memory.get(KEY) !== true) return;
    this.#done = true;
    this.#timer = setTimeout(this.#announce, this.#rest_ms);
  }

  dispose(): void {
    this.#done = true;
    clearTimeout(this.#timer);
  }
}
