// Messages of the webview: each of the contract is read as it is, and 10,000 that are not quite one of them are
// neither read nor thrown over.

import assert from "node:assert/strict";
import fc from "fast-check";
import type { FromWebview } from "../../server/protocol/webview.ts";
import { readIncoming } from "../../src/chat/incoming.ts";

/** One of each, by type: a message added to the contract does not compile without its example. */
const EXAMPLES: { [Type in FromWebview["type"]]: Extract<FromWebview, { type: Type }> } = {
  ready: { type: "ready" },
  earlier: { type: "earlier", before: "t1" },
  send: { type: "send", text: "hello", at: 7 },
  stop: { type: "stop", id: "t2" },
  retry: { type: "retry", id: "t2" },
  regenerate: { type: "regenerate", id: "t2" },
  branch: { type: "branch", id: "t2" },
  pick: { type: "pick", id: "t2" },
  edit: { type: "edit", id: "t1", draft: "so far" },
  cancelEdit: { type: "cancelEdit" },
  draft: { type: "draft", text: "so far", at: 7 },
  copy: { type: "copy", text: "code" },
  code: { type: "code", action: "run", text: "ls", language: "sh" },
  suggest: { type: "suggest", query: "@ma" },
  attach: { type: "attach", id: "file:///workspace/main.ts" },
  picture: { type: "picture", id: "p" },
  attachImage: { type: "attachImage", name: "shot.png", image: "data:image/png;base64,AA==" },
  attachUris: { type: "attachUris", uris: ["file:///workspace/main.ts"] },
  detach: { type: "detach", id: "a1" },
  limits: { type: "limits", id: "t2" },
  openLink: { type: "openLink", url: "https://example.org" },
  selectModel: { type: "selectModel" },
  selectEffort: { type: "selectEffort" },
  selectCompare: { type: "selectCompare" },
  history: { type: "history" },
  setApiKey: { type: "setApiKey", id: "t2" },
  getStarted: { type: "getStarted" },
  showLog: { type: "showLog" },
};
const examples = Object.values(EXAMPLES);

/** Nothing a field may be: of another type, or longer than anything a person sends. */
const wrong = fc.oneof(
  fc.anything().filter((value) => typeof value !== "string" && value !== undefined && !Array.isArray(value)),
  fc.constant("x".repeat(40_000_001)),
  fc.array(fc.oneof(fc.integer(), fc.constant(null)), { minLength: 1 }),
);

/** A message of the contract with one field wrong. */
const nearly = fc
  .constantFrom(...examples)
  .chain((example) => fc.tuple(fc.constant(example), fc.constantFrom(...Object.keys(example)), wrong))
  // A time may be any number.
  .filter(([, field, value]) => field !== "at" || !Number.isFinite(value))
  .map(([example, field, value]) => ({ ...example, [field]: value }));

const TYPES = new Set<unknown>(Object.keys(EXAMPLES));
const anything = fc.oneof(
  fc.anything(),
  fc.record({ type: fc.oneof(fc.string(), fc.constantFrom("__proto__", "constructor", "toString")) }),
  fc.dictionary(fc.string(), fc.anything()),
);

describe("messages of the webview", () => {
  it("reads each of the contract, and no field beyond it", () => {
    for (const example of examples) {
      assert.deepEqual(readIncoming(structuredClone(example)), example);
      assert.deepEqual(readIncoming({ ...example, command: "workbench.action.quit" }), example);
    }
    assert.deepEqual(readIncoming({ type: "stop" }), { type: "stop" });
  });

  it("10,000 random messages: none is read, nothing is thrown", () => {
    let messages = 0;
    const refused = (message: unknown): void => {
      messages += 1;
      const type = (message as { type?: unknown } | null | undefined)?.type;
      const read = readIncoming(message);
      if (read !== undefined)
        assert.fail(`read ${JSON.stringify(read).slice(0, 200)}, of type ${String(type)}`);
    };
    fc.assert(fc.property(nearly, refused), { numRuns: 5_000 });
    fc.assert(
      fc.property(
        anything.filter((value) => !TYPES.has((value as { type?: unknown } | null)?.type)),
        refused,
      ),
      { numRuns: 5_000 },
    );
    assert.ok(messages >= 10_000, `${messages}`);
  });
});
