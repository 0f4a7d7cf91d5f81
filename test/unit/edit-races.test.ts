// An edit against a person who goes on typing: over 3,000 random races every character knows whose it is, and none
// outside the code that was sent may go, however much it looks like it.

import assert from "node:assert/strict";
import fc from "fast-check";
import { TrackedCode } from "../../src/edits/tracked-code.ts";
import { type Change, TrackedRange } from "../../src/edits/tracked-range.ts";

/** A document whose characters remember where they came from. */
type Cell = { char: string; from: "file" | "code" | "typed" };

const cells = (text: string, from: Cell["from"]): Cell[] => text.split("").map((char) => ({ char, from }));
const textOf = (document: readonly Cell[]): string => document.map(({ char }) => char).join("");

/** Few letters, so that the same code stands in several places. */
const text = (size: { minLength?: number; maxLength: number }): fc.Arbitrary<string> =>
  fc.string({ unit: fc.constantFrom("a", "b", "\n"), ...size });
type Wishes = readonly [at: number, removed: number, typed: string][];
/** One event of the editor: keystrokes, deletions, several cursors at once. */
const typing: fc.Arbitrary<Wishes> = fc.array(fc.tuple(fc.nat(60), fc.nat(4), text({ maxLength: 3 })), {
  minLength: 1,
  maxLength: 3,
});
/** Cut around the code, or anywhere, and pasted elsewhere. */
type Move = { cut: number; size: number; paste: number };
const move: fc.Arbitrary<Move> = fc.record({ cut: fc.nat(40), size: fc.nat(14), paste: fc.nat(60) });
const event = fc.oneof({ arbitrary: typing, weight: 2 }, { arbitrary: move, weight: 1 });

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

/** What a person does to the document; whoever follows it is told as VS Code tells. */
function play(document: readonly Cell[], wishes: Wishes | Move, tell: (changes: Change[]) => void): Cell[] {
  const put = (into: readonly Cell[], changes: Change[], cellsOf: (text: string) => Cell[]): Cell[] => {
    let now = [...into];
    for (const { rangeOffset, rangeLength, text: added } of changes)
      now = [...now.slice(0, rangeOffset), ...cellsOf(added), ...now.slice(rangeOffset + rangeLength)];
    tell(changes);
    return now;
  };
  const typed = (written: string): Cell[] => cells(written, "typed");
  if (!("cut" in wishes)) return put(document, changesOf(document.length, wishes), typed);
  const cut = document.slice(wishes.cut, wishes.cut + wishes.size);
  // The code stays itself where it is pasted; all else that is pasted is the person's.
  const pasted = cut.map(({ char, from }): Cell => ({ char, from: from === "code" ? "code" : "typed" }));
  const left = put(document, changesOf(document.length, [[wishes.cut, cut.length, ""]]), typed);
  return put(left, changesOf(left.length, [[wishes.paste, 0, textOf(cut)]]), () => pasted);
}

describe("an edit and a person who types", () => {
  it("3,000 races: it hits its code alone, or is refused; nothing that stood elsewhere is touched", () => {
    const seen = { sure: 0, moved: 0, restored: 0, pasted: 0, refused: 0, twinRefused: 0 };
    fc.assert(
      fc.property(
        text({ maxLength: 30 }),
        text({ minLength: 1, maxLength: 10 }),
        text({ maxLength: 30 }),
        fc.constantFrom("", "before", "after"),
        // Every third time the code itself is cut, with a little around it, and pasted.
        fc.tuple(fc.nat(2), fc.nat(2), move),
        fc.array(event, { maxLength: 8 }),
        (one, code, two, twin, [whole, lead, { paste }], typed) => {
          const before = twin === "before" ? `${one}${code}\n` : one;
          const after = twin === "after" ? `\n${code}${two}` : two;
          let document = [...cells(before, "file"), ...cells(code, "code"), ...cells(after, "file")];
          const tracked = new TrackedCode(textOf(document), before.length, code);
          const range = new TrackedRange(before.length, before.length + code.length);
          const from = Math.max(0, before.length - lead);
          const moved = { cut: from, size: before.length - from + code.length + lead, paste };
          for (const wishes of whole === 0 ? [moved, ...typed] : typed)
            document = play(document, wishes, (changes) => {
              tracked.apply(changes);
              range.apply(changes);
            });
          const now = textOf(document);
          const anchor = tracked.find(now);
          if (anchor.found === undefined) {
            assert.ok(range.touched, "what nobody touched is never refused");
            seen[now.includes(code) && twin !== "" ? "twinRefused" : "refused"] += 1;
            return;
          }
          const replaced = document.slice(anchor.found, anchor.found + code.length);
          assert.equal(textOf(replaced), code, "nothing but what the model saw is replaced");
          assert.ok(
            replaced.every(({ from }) => from !== "file"),
            "what stood elsewhere when the code was sent is not replaced",
          );
          if (range.touched) {
            const there = [range.start, range.end - code.length].includes(anchor.found);
            seen[there ? "restored" : "pasted"] += 1;
            assert.ok(there || twin === "", "what had a twin is not looked for elsewhere");
            return;
          }
          // Nobody changed the code: exactly its own characters go, whatever looks like it elsewhere.
          seen[anchor.found === before.length ? "sure" : "moved"] += 1;
          assert.deepEqual(new Set(replaced.map(({ from }) => from)), new Set(["code"]));
          assert.equal(document.filter(({ from }) => from === "code").length, code.length);
        },
      ),
      { numRuns: 3_000 },
    );
    for (const [kind, count] of Object.entries(seen)) assert.ok(count > 20, `${kind}: ${count}`);
  });

  const LINE = "  return null;\n";
  const TWINS = `function f() {\n${LINE}}\nfunction g() {\n${LINE}}\n`;
  const at = TWINS.indexOf(LINE);
  const changed = (
    code: TrackedCode,
    text: string,
    rangeOffset: number,
    removed: number,
    put: string,
  ): string => {
    code.apply([{ rangeOffset, rangeLength: removed, text: put }]);
    return text.slice(0, rangeOffset) + put + text.slice(rangeOffset + removed);
  };
  const REFUSED = { found: undefined, why: "changed" };

  it("changed in one function, it does not land on the same line of the next", () => {
    const code = new TrackedCode(TWINS, at, LINE);
    let text = changed(code, TWINS, at + LINE.indexOf("null"), 4, "undefined");
    assert.deepEqual(code.find(text), REFUSED);
    text = changed(code, text, at + LINE.indexOf("null"), 9, "null");
    assert.deepEqual(code.find(text), { found: at }, "undone");
    const deleted = new TrackedCode(TWINS, at, LINE);
    assert.deepEqual(deleted.find(changed(deleted, TWINS, at, LINE.length, "")), REFUSED);
    const adjacent = new TrackedCode(LINE + LINE, 0, LINE);
    assert.deepEqual(adjacent.find(changed(adjacent, LINE + LINE, 0, LINE.length, "")), REFUSED);
  });

  it("neither where the next line came to read like it only since", () => {
    const text = TWINS.replace(`${LINE}}\nfunction g`, "  return 0;\n}\nfunction g").replace(
      LINE,
      "  return nulls;\n",
    );
    const own = text.indexOf("  return 0;\n");
    const code = new TrackedCode(text, own, "  return 0;\n");
    let now = changed(code, text, text.indexOf("nulls"), 5, "0");
    now = changed(code, now, own + LINE.indexOf("null"), 1, "1");
    assert.deepEqual(code.find(now), REFUSED);
  });

  it("the only one of its kind is followed where it is cut and pasted, or moved as the document is read anew", () => {
    const only = TWINS.replace(LINE, "  return cut;\n");
    const [cut, start] = ["  return cut;\n", only.indexOf("  return cut;\n")];
    const code = new TrackedCode(only, start, cut);
    let text = changed(code, only, start, cut.length, "");
    assert.deepEqual(code.find(text), REFUSED);
    text = changed(code, text, text.length, 0, `\n${cut}`);
    assert.deepEqual(code.find(text), { found: text.length - cut.length });
    text = changed(code, text, 0, 0, cut);
    assert.deepEqual(code.find(text), { found: undefined, why: "ambiguous" }, "pasted twice");
  });

  it("in a document that was closed, only what stood once is found again", () => {
    const unique = new TrackedCode(TWINS, 0, "function f");
    unique.lose(`// new\n${TWINS}`);
    assert.deepEqual(unique.find(`// new\n${TWINS}`), { found: 7 });
    const twin = new TrackedCode(TWINS, at, LINE);
    twin.lose(TWINS.replace(LINE, ""));
    assert.deepEqual(twin.find(TWINS.replace(LINE, "")), REFUSED);
    twin.lose(TWINS);
    assert.deepEqual(twin.find(TWINS), { found: undefined, why: "ambiguous" });
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
    const code = new TrackedCode("xyxy xy", 2, "xy");
    code.apply([{ rangeOffset: 3, rangeLength: 1, text: "" }]);
    assert.deepEqual(code.find("xyx xy"), REFUSED);
    code.apply([{ rangeOffset: 3, rangeLength: 0, text: "y" }]);
    assert.deepEqual(code.find("xyxy xy"), { found: 2 });
    const line = new TrackedCode(TWINS, at, LINE);
    const without = changed(line, TWINS, at, LINE.length, "");
    assert.deepEqual(line.find(changed(line, without, at, 0, LINE)), { found: at }, "deleted, and undone");
    const other = new TrackedCode(TWINS, at, LINE);
    const text = changed(other, TWINS, at, LINE.length, "");
    const below = text.indexOf(LINE);
    const neither = changed(other, text, below, LINE.length, "");
    assert.deepEqual(other.find(changed(other, neither, below, 0, LINE)), REFUSED, "its twin, undone");
  });
});
