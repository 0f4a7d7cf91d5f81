// Which call a piece of a streamed tool call belongs to, for servers that count well, badly or not at all: no call
// gets another's arguments.

import assert from "node:assert/strict";
import { accumulate } from "../../server/protocol/accumulate.ts";
import { ChoiceState } from "../../server/providers/openai-delta.ts";

type Piece = readonly [
  index: number | undefined,
  id: string | undefined,
  name: string | undefined,
  text: string,
];

/** `f({"a":1})` and so on, from the pieces as a server would send them. */
function calls(pieces: readonly Piece[]): string[] {
  const state = new ChoiceState("seed");
  const envelope = { id: "c", object: "chat.completion.chunk" as const, created: 1, model: "m" };
  const chunks = pieces.map(([index, id, name, text]) => {
    const fn = { ...(name === undefined ? {} : { name }), arguments: text };
    const call = {
      ...(index === undefined ? {} : { index }),
      ...(id === undefined ? {} : { id }),
      function: fn,
    };
    const delta = state.read({ tool_calls: [call] });
    return { ...envelope, choices: [{ index: 0, delta, finish_reason: null }] };
  });
  const [choice] = accumulate(chunks).choices;
  return (choice?.message.tool_calls ?? []).map(
    ({ id, function: { name, arguments: text } }) => `${id} ${name}(${text})`,
  );
}

const F = 'A f({"a":1})';
const G = 'B g({"b":2})';

const rows: readonly [who: string, pieces: readonly Piece[], wanted: readonly string[]][] = [
  [
    "counts",
    [
      [0, "A", "f", ""],
      [0, undefined, undefined, '{"a":'],
      [1, "B", "g", '{"b":'],
      [0, undefined, undefined, "1}"],
      [1, undefined, undefined, "2}"],
    ],
    [F, G],
  ],
  [
    "says 0 for every call",
    [
      [0, "A", "f", ""],
      [0, undefined, undefined, '{"a":'],
      [0, undefined, undefined, "1}"],
      [0, "B", "g", ""],
      [0, undefined, undefined, '{"b":'],
      [0, undefined, undefined, "2}"],
    ],
    [F, G],
  ],
  [
    "says 0 for every call, and the id with every piece",
    [
      [0, "A", "f", ""],
      [0, "A", undefined, '{"a":'],
      [0, "B", "g", '{"b":'],
      [0, "A", undefined, "1}"],
      [0, "B", undefined, "2}"],
    ],
    [F, G],
  ],
  [
    "says 0 for every call, and id and name with every piece",
    [
      [0, "A", "f", '{"a":'],
      [0, "A", "f", "1}"],
      [0, "B", "g", '{"b":'],
      [0, "B", "g", "2}"],
      [0, "C", "h", "{"],
      [0, "C", "h", "}"],
    ],
    [F, G, "C h({})"],
  ],
  [
    "says 0 for every call, each whole in one piece",
    [
      [0, "A", "f", '{"a":1}'],
      [0, "B", "g", '{"b":2}'],
      [0, "C", "h", "{}"],
    ],
    [F, G, "C h({})"],
  ],
  [
    "does not count",
    [
      [undefined, "A", "f", ""],
      [undefined, undefined, undefined, '{"a":1}'],
      [undefined, "B", "g", '{"b":'],
      [undefined, "B", undefined, "2}"],
    ],
    [F, G],
  ],
  [
    "counts, and gives every call the same id",
    [
      [0, "A", "f", '{"a":1}'],
      [1, "A", "g", '{"b":'],
      [1, undefined, undefined, "2}"],
    ],
    [F, 'A g({"b":2})'],
  ],
  [
    "counts from 1",
    [
      [1, "A", "f", '{"a":'],
      [1, undefined, undefined, "1}"],
      [2, "B", "g", '{"b":2}'],
    ],
    [F, G],
  ],
];

describe("the pieces of tool calls of a server that", () => {
  for (const [who, pieces, wanted] of rows)
    it(who, () => {
      assert.deepEqual(calls(pieces), wanted);
    });

  it("makes a new id for every piece belong to the call whose name came last", () => {
    const made = calls([
      [0, "x1", "f", '{"a":'],
      [0, "x2", undefined, "1}"],
      [0, "x3", "g", '{"b":'],
      [0, "x4", undefined, "2}"],
    ]);
    assert.deepEqual(
      made.map((call) => call.replace(/^\S+ /, "")),
      ['f({"a":1})', 'g({"b":2})'],
    );
  });
});
