// The figures of all rounds, and ratios between peers: taken round by round, then the median, so that a slow
// minute of the machine weighs on both sides.

import type { PeerName } from "./peers/peer.ts";
import { median } from "./statistics.ts";

/** `call_c1.p50` of one peer. */
export type Figure = `${string}.${string}`;
/** `backend:call_c1.p50`. */
export type Key = `${PeerName}:${Figure}`;

export class Results {
  /** Per key the value of each round; a round without one has none. */
  readonly #rounds: Map<string, number>[] = [];

  startRound(): void {
    this.#rounds.push(new Map());
  }

  record(peer: PeerName, name: string, figures: Record<string, number>): void {
    const round = this.#rounds.at(-1);
    if (!round) throw new Error("no round has started");
    for (const [figure, value] of Object.entries(figures)) round.set(`${peer}:${name}.${figure}`, value);
  }

  get rounds(): number {
    return this.#rounds.length;
  }

  /** Median over the rounds; NaN when it was not measured. */
  value(key: Key): number {
    return median(this.#values((round) => round.get(key)));
  }

  ratio(key: Key, to: Key): number {
    return this.compare(key, to, (a, b) => a / b);
  }

  difference(key: Key, to: Key): number {
    return this.compare(key, to, (a, b) => a - b);
  }

  compare(key: Key, to: Key, how: (a: number, b: number) => number): number {
    return median(
      this.#values((round) => {
        const [a, b] = [round.get(key), round.get(to)];
        return a === undefined || b === undefined ? undefined : how(a, b);
      }),
    );
  }

  toJSON(): Record<string, number>[] {
    return this.#rounds.map((round) => Object.fromEntries(round));
  }

  #values(of: (round: Map<string, number>) => number | undefined): number[] {
    return this.#rounds.map(of).filter((value) => value !== undefined && Number.isFinite(value)) as number[];
  }
}
