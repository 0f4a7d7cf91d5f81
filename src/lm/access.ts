// Which other extensions may spend this user's keys: asked once for each, remembered, and changed by a command. VS
// Code itself and this extension need no leave. A guard and no boundary: extensions share one process.

export type Access = "allowed" | "denied";

/** Where the answers are kept. */
export interface AccessMemory {
  get(key: string): Record<string, Access> | undefined;
  update(key: string, value: Record<string, Access>): PromiseLike<void>;
}

const KEY = "edgequake.access";
/** The editor's own chat calls under this name. */
const EDITOR = "core";
const OWN = "edgequake.edgequake";

export class AccessList {
  readonly #memory: AccessMemory;
  readonly #ask: (caller: string) => Promise<Access | undefined>;
  /** One question per caller, however many calls wait for it. */
  readonly #asking = new Map<string, Promise<boolean>>();

  /** `ask`: undefined where the person gave no answer; then it is asked again next time. */
  constructor(memory: AccessMemory, ask: (caller: string) => Promise<Access | undefined>) {
    this.#memory = memory;
    this.#ask = ask;
  }

  allows(caller: string | undefined): Promise<boolean> {
    const name = caller?.trim().toLowerCase() || "an unnamed extension";
    if (name === EDITOR || name === OWN) return Promise.resolve(true);
    const known = this.all()[name];
    if (known !== undefined) return Promise.resolve(known === "allowed");
    let asking = this.#asking.get(name);
    if (!asking) {
      asking = this.#askFor(name).finally(() => this.#asking.delete(name));
      this.#asking.set(name, asking);
    }
    return asking;
  }

  /** Every caller with an answer. */
  all(): Readonly<Record<string, Access>> {
    return this.#memory.get(KEY) ?? {};
  }

  /** undefined forgets the answer. */
  async set(caller: string, access: Access | undefined): Promise<void> {
    const { [caller]: _before, ...others } = this.all();
    await this.#memory.update(KEY, access === undefined ? others : { ...others, [caller]: access });
  }

  async #askFor(name: string): Promise<boolean> {
    const answer = await this.#ask(name);
    if (answer !== undefined) await this.set(name, answer);
    return answer === "allowed";
  }
}
