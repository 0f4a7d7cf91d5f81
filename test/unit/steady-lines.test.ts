// What was taken of a list that changes meanwhile: told by its place, it is what stood there when it was taken, however
// the list changed since, and nobody's neighbour.

import assert from "node:assert/strict";
import fc from "fast-check";
import { SteadyLines } from "../../src/models/steady-lines.ts";

interface Line {
  name: string;
  hidden?: boolean;
}

const steady = () =>
  new SteadyLines<Line>(
    ({ name }) => (name === "" ? undefined : name),
    (line) => ({ ...line, hidden: true }),
  );
const lines = (...names: string[]): Line[] => names.map((name) => ({ name }));
const seen = (all: readonly Line[]): string[] => all.filter(({ hidden }) => !hidden).map(({ name }) => name);

describe("a list whose lines are told of by their place", () => {
  it("only grows where nothing moved", () => {
    const list = steady();
    list.arrange(lines("", "favourite", "in use"));
    assert.deepEqual(list.arrange(lines("typed", "favourite", "in use", "", "more")).length, 5);
  });

  it("gives what was taken, also of the lists before", () => {
    fc.assert(
      fc.property(fc.array(fc.uniqueArray(fc.constantFrom("", ..."abcdefgh"), { maxLength: 9 })), (lists) => {
        const list = steady();
        const shown: Line[][] = [];
        for (const names of lists) {
          const now = list.arrange(lines(...names));
          assert.deepEqual(seen(now), names, "what is seen is what was asked for");
          for (const before of shown)
            for (const [place, { name }] of before.entries()) {
              const taken = now[place]?.name ?? "";
              assert.ok(name === "" || taken === "" || taken === name, `${name} became ${taken}`);
            }
          shown.push(now);
        }
      }),
      { numRuns: 500 },
    );
  });

  it("does not grow for ever", () => {
    const list = steady();
    const many = Array.from({ length: 900 }, (_, index) => `m${index}`);
    let longest = 0;
    for (let turn = 0; turn < 100; turn += 1)
      longest = Math.max(longest, list.arrange(lines(...(turn % 2 === 0 ? many : many.toReversed()))).length);
    assert.ok(longest < 12_000, String(longest));
  });
});
