// An edit against a person who goes on typing: over 1,000 random races every character knows whose it is, and none
// that the person wrote, and none outside the code that was sent, may go.

import assert from "node:assert/strict";
import fc from "fast-check";
import { findTracked } from "../../src/edits/anchor.ts";
import { type Change, TrackedRange } from "../../src/edits/tracked-range.ts";

/** A document whose characters remember where they came from. */
type Cell = { char: string; from: "file" | "code" | "typed" };

const cells = (text: string, from: Cell["from"]): Cell[] => text.split("").map((char) => ({ char, from }));
const textOf = (document: readonly Cell[]): string => document.map(({ char }) => char).join("");

/** Few letters, so that the same code stands in several places. */
const text = (size: { minLength?: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom("a", "b", "\n"), ...size });
/** One event of the editor: keystrokes, deletions, several cursors at once. */
const event = fc.array(fc.tuple(fc.nat(60), fc.nat(4), text({ maxLength: 3 })), {
  minLength: 1,
  maxLength: 3,
});

/** As VS Code tells them: in offsets of the text before, none over another. */
function changesOf(length: number, wishes: readonly [number, number, string][]): Change[] {
  const changes: Change[] = [];
  let free = 0;
  for (const [at, removed, typed] of [...wishes].sort((a, b) => a[0] - b[0])) {
    const rangeOffset = Math.min(at, length);
    if (rangeOffset < free) continue;
    const rangeLength = Math.min(removed, length - rangeOffset);
    changes.push({ rangeOffset, rangeLength, text: typed });
    free = rangeOffset + rangeLength + 1;
  }
  return changes.reverse();
}

describe("an edit and a person who types", () => {
  it("1,000 races: it hits its code alone, or is refused; no keystroke is lost", () => {
    const seen = { sure: 0, moved: 0, byText: 0, refused: 0 };
    fc.assert(
      fc.property(
        text({ maxLength: 30 }),
        text({ minLength: 1, maxLength: 10 }),
        text({ maxLength: 30 }),
        fc.array(event, { maxLength: 8 }),
        (before, code, after, events) => {
          let document = [...cells(before, "file"), ...cells(code, "code"), ...cells(after, "file")];
          const range = new TrackedRange(before.length, before.length + code.length);
          for (const wishes of events) {
            const changes = changesOf(document.length, wishes);
            for (const { rangeOffset, rangeLength, text: typed } of changes) {
              document = [
                ...document.slice(0, rangeOffset),
                ...cells(typed, "typed"),
                ...document.slice(rangeOffset + rangeLength),
              ];
            }
            range.apply(changes);
          }
          const now = textOf(document);
          const anchor = findTracked(now, code, range);
          if (anchor.found === undefined) {
            seen.refused += 1;
            assert.ok(range.touched, "what nobody touched is never refused");
            return;
          }
          const replaced = document.slice(anchor.found, anchor.found + code.length);
          assert.equal(textOf(replaced), code, "nothing but what the model saw is replaced");
          if (range.touched) {
            seen.byText += 1;
            return;
          }
          // Nobody changed the code: exactly its own characters go, whatever looks like it elsewhere.
          seen[anchor.found === before.length ? "sure" : "moved"] += 1;
          assert.deepEqual(new Set(replaced.map(({ from }) => from)), new Set(["code"]));
          assert.equal(document.filter(({ from }) => from === "code").length, code.length);
        },
      ),
      { numRuns: 1_000 },
    );
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 20, `${kind}: ${count}`);
  });

  it("what is typed right before or after the code is not part of it", () => {
    const range = new TrackedRange(4, 8);
    range.apply([
      { rangeOffset: 8, rangeLength: 0, text: "after" },
      { rangeOffset: 4, rangeLength: 0, text: "before" },
    ]);
    assert.deepEqual([range.start, range.end, range.touched], [10, 14, false]);
  });

  it("a change that was undone leaves the code where it was, also among its likes", () => {
    const range = new TrackedRange(2, 4);
    range.apply([{ rangeOffset: 3, rangeLength: 1, text: "" }]);
    assert.deepEqual(findTracked("xxx xx", "xx", range).found, undefined);
    range.apply([{ rangeOffset: 3, rangeLength: 0, text: "y" }]);
    assert.deepEqual(findTracked("xyxy xy", "xy", range), { found: 2 });
  });
});
