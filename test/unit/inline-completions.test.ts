// Inline completions without an editor: what is sent, what is shown, what is known already, and that there is one
// request at a time which the next keystroke ends.

import assert from "node:assert/strict";
import fc from "fast-check";
import { gapAt, insideWord, LONGEST_PREFIX, LONGEST_SUFFIX } from "../../src/inline/gap.ts";
import { Pause } from "../../src/inline/pause.ts";
import { shapeCompletion } from "../../src/inline/shape-completion.ts";
import { SingleFlight } from "../../src/inline/single-flight.ts";
import { TypedAlong } from "../../src/inline/typed-along.ts";
import { mayComplete } from "../../src/inline/where.ts";

describe("the gap at the cursor", () => {
  it("is bounded, at line ends, and holds the text right at the cursor", () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 90 }), { maxLength: 400 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (lines, where) => {
          const text = lines.join("\n");
          const offset = Math.floor(where * text.length);
          const { prefix, suffix } = gapAt(text, offset);
          assert.ok(prefix.length <= LONGEST_PREFIX && suffix.length <= LONGEST_SUFFIX);
          assert.ok(text.slice(0, offset).endsWith(prefix) && text.slice(offset).startsWith(suffix));
          const before = text.slice(0, offset - prefix.length);
          assert.ok(before === "" || before.endsWith("\n") || !prefix.includes("\n"));
        },
      ),
    );
  });
  it("wants one line where something follows on the line, brackets of the editor aside", () => {
    assert.equal(gapAt("f(a, );\nnext", 5).singleLine, false);
    assert.equal(gapAt("f(a, b);\nnext", 5).singleLine, true);
    assert.equal(gapAt("f(\nnext", 2).singleLine, false);
  });
  it("has the line ends that models write, whatever the document has", () => {
    const { prefix, suffix } = gapAt("a = 1\r\nb = \r\nc = 3\r\n", 11);
    assert.equal(prefix, "a = 1\nb = ");
    assert.equal(suffix, "\nc = 3\n");
  });
  it("is not inside a word", () => {
    assert.equal(insideWord("value", 3), true);
    assert.equal(insideWord("väl\u00fce", 3), true);
    assert.equal(insideWord("value ", 5), false);
  });
});

describe("a filling", () => {
  const gap = (prefix: string, suffix: string) => gapAt(prefix + suffix, prefix.length);
  it("loses special tokens, fences and white space at its end", () => {
    assert.equal(shapeCompletion("a + b\n\n<|endoftext|>junk", gap("return ", "\n")), "a + b");
    assert.equal(shapeCompletion("```js\na + b\n```", gap("return ", "\n")), "a + b");
    assert.equal(shapeCompletion("  \n\n", gap("return ", "\n")), "");
  });
  it("does not repeat what stands after the cursor", () => {
    assert.equal(shapeCompletion("b)", gap("f(a, ", ");\n")), "b");
    assert.equal(shapeCompletion("b);", gap("f(a, ", ");\n")), "b");
    assert.equal(
      shapeCompletion("  x = 1\n  return x\nend\nmore", gap("def f\n", "\n  return x\nend\n")),
      "  x = 1",
    );
  });
  it("is one line where one is wanted", () => {
    assert.equal(shapeCompletion("b, c\nmore", gap("f(a, ", " d);\n")), "b, c");
  });
  it("is nothing where it only says the line above or below again", () => {
    assert.equal(shapeCompletion("foo(bar);", gap("foo(bar);\n", "\n")), "");
    assert.equal(shapeCompletion("foo(bar);", gap("first();\n", "\nfoo(bar);\n")), "");
  });
  it("never throws, and never ends in white space", () => {
    fc.assert(
      fc.property(fc.string(), fc.string(), fc.string(), (answer, prefix, suffix) => {
        const shaped = shapeCompletion(answer, gap(prefix, suffix));
        assert.equal(shaped, shaped.trimEnd());
      }),
    );
  });
});

describe("typing along", () => {
  it("goes on with what is known", () => {
    const known = new TypedAlong();
    known.put("a", "const x = ", ";\n", "value + 1");
    assert.equal(known.get("a", "const x = ", ";\n"), "value + 1");
    assert.equal(known.get("a", "const x = val", ";\n"), "ue + 1");
    assert.equal(known.get("a", "const x = vel", ";\n"), undefined);
    assert.equal(known.get("a", "const x = val", ");\n"), undefined);
    assert.equal(known.get("b", "const x = ", ";\n"), undefined);
    assert.equal(known.get("a", "const x = value + 1", ";\n"), undefined, "all of it is typed: ask again");
  });
  it("knows where nothing came, for exactly that place", () => {
    const known = new TypedAlong();
    known.put("a", "x", "", "");
    assert.equal(known.get("a", "x", ""), "");
    assert.equal(known.get("a", "xy", ""), undefined);
  });
  it("follows a bounded prefix whose beginning moved on", () => {
    const text = "line of code that is long enough\n".repeat(400);
    const known = new TypedAlong();
    const offset = text.length;
    const before = gapAt(text, offset);
    known.put("a", before.prefix, before.suffix, "more();\nand more");
    const now = gapAt(`${text}more();\n`, offset + 8);
    assert.equal(known.get("a", now.prefix, now.suffix), "and more");
  });
});

describe("one request at a time", () => {
  /** Keystrokes: each ends what was asked before it. */
  function keys() {
    let end = (): void => {};
    return {
      ended: (listener: () => void) => {
        end = listener;
        return { dispose: () => {} };
      },
      press: () => end(),
    };
  }
  const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(resolve, ms);
      signal.addEventListener("abort", () => {
        clearTimeout(timer);
        reject(new Error("ended"));
      });
    });

  it("20 quick keystrokes send one request", async () => {
    const flight = new SingleFlight(sleep);
    const { ended, press } = keys();
    let sent = 0;
    const asked = Array.from({ length: 20 }, (_, key) => {
      press();
      return flight.run(20, ended, async () => {
        sent += 1;
        return key;
      });
    });
    const answers = await Promise.all(asked);
    assert.equal(sent, 1);
    assert.deepEqual(
      answers.filter((one) => one !== undefined),
      [19],
    );
  });

  it("a keystroke ends the request that is out, at once", async () => {
    const flight = new SingleFlight(sleep);
    const { ended, press } = keys();
    let open = 0;
    let most = 0;
    const ask = (signal: AbortSignal): Promise<string> =>
      new Promise((_resolve, reject) => {
        open += 1;
        most = Math.max(most, open);
        signal.addEventListener("abort", () => {
          open -= 1;
          reject(new Error("cancelled"));
        });
      });
    const first = flight.run(0, ended, ask);
    press();
    assert.equal(open, 0);
    assert.equal(await first, undefined);
    const second = flight.run(0, ended, ask);
    const third = flight.run(0, ended, ask);
    assert.equal(await second, undefined);
    assert.equal(most, 1);
    flight.cancel();
    assert.equal(await third, undefined);
  });

  it("a failure is told, not swallowed", async () => {
    const flight = new SingleFlight(sleep);
    await assert.rejects(
      flight.run(0, keys().ended, () => Promise.reject(new Error("refused"))),
      /refused/,
    );
  });
});

describe("after a failure", () => {
  it("nobody is asked for a while, longer each time, until it works", () => {
    const pause = new Pause();
    assert.equal(pause.holds(0), false);
    pause.failed("RateLimitError", 0, undefined);
    assert.deepEqual([pause.holds(4_999), pause.holds(5_000)], [true, false]);
    pause.failed("RateLimitError", 5_000, undefined);
    assert.deepEqual([pause.holds(14_999), pause.holds(15_000)], [true, false]);
    pause.failed("RateLimitError", 15_000, 60_000);
    assert.equal(pause.holds(70_000), true);
    pause.succeeded();
    assert.equal(pause.holds(70_000), false);
  });
  it("a key that is wrong waits until somebody asks by hand", () => {
    const pause = new Pause();
    pause.failed("AuthenticationError", 0, undefined);
    assert.equal(pause.holds(1e12), true);
    pause.lift();
    assert.equal(pause.holds(0), false);
  });
  it("a model that is not there, or a budget that is spent, is asked again, seldom", () => {
    for (const name of ["NotFoundError", "BudgetExceededError"]) {
      const pause = new Pause();
      pause.failed(name, 0, undefined);
      assert.deepEqual([pause.holds(299_999), pause.holds(300_000)], [true, false], name);
    }
  });
});

describe("documents that are completed", () => {
  it("are code, and hold no secrets", () => {
    assert.equal(mayComplete("file", "/w/src/a.ts"), true);
    assert.equal(mayComplete("untitled", "Untitled-1"), true);
    for (const name of [
      ".env",
      ".env.local",
      "prod.env",
      "id_rsa",
      "server.pem",
      "my.KEY",
      ".npmrc",
      "a.tfvars",
    ])
      assert.equal(mayComplete("file", `/w/${name}`), false, name);
    for (const scheme of ["output", "git", "vscode-scm", "edgequake-edit", "comment", "vscode-settings"])
      assert.equal(mayComplete(scheme, "/a.ts"), false, scheme);
  });
});
