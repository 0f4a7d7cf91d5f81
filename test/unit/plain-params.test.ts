// The quick look and the schemas agree: what it calls plain, they accept, and as it is.

import assert from "node:assert/strict";
import fc from "fast-check";
import {
  isPlainCompletion,
  isPlainConfig,
  isPlainEmbedding,
  isPlainStream,
} from "../../server/protocol/plain-params.ts";
import * as schema from "../../server/protocol/schema.ts";

const odd = fc.oneof(
  fc.constant(null),
  fc.constant(undefined),
  fc.boolean(),
  fc.integer({ min: -3, max: 12 }),
  fc.double(),
  fc.string({ maxLength: 4 }),
  fc.constant({}),
  fc.constant([]),
  fc.array(fc.oneof(fc.string(), fc.integer(), fc.constant({})), { maxLength: 2 }),
  fc.dictionary(fc.constantFrom("type", "name", "function", "x"), fc.oneof(fc.string(), fc.integer()), {
    noNullPrototype: true,
  }),
);
/** Often right, so that whole calls are. */
function mostly(right: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: 8, arbitrary: right }, { weight: 1, arbitrary: odd });
}
const message = fc.record(
  {
    role: mostly(fc.constantFrom("system", "user", "assistant", "tool")),
    content: fc.oneof(
      fc.string(),
      fc.array(
        fc.record(
          { type: fc.oneof(fc.constant("text"), odd), text: odd },
          { requiredKeys: [], noNullPrototype: true },
        ),
      ),
      odd,
    ),
    name: mostly(fc.string()),
    tool_call_id: mostly(fc.string()),
    reasoning_content: mostly(fc.string()),
    tool_calls: fc.oneof(
      fc.array(
        fc.record(
          {
            id: odd,
            type: odd,
            function: fc.record({ name: odd, arguments: odd }, { requiredKeys: [], noNullPrototype: true }),
          },
          { requiredKeys: [], noNullPrototype: true },
        ),
        { maxLength: 2 },
      ),
      odd,
    ),
    extra: odd,
  },
  { requiredKeys: ["role"], noNullPrototype: true },
);

/** Every key the schemas know, with anything in it; often nothing, so that whole calls are plain, too. */
function callOf(shape: Readonly<Record<string, unknown>>, own: Record<string, fc.Arbitrary<unknown>>) {
  const keys = Object.keys(shape).filter((key) => !Object.hasOwn(own, key));
  return fc
    .tuple(
      fc.record(own, { requiredKeys: [], noNullPrototype: true }),
      fc.dictionary(fc.constantFrom(...keys), odd, { maxKeys: 2, noNullPrototype: true }),
    )
    .map(([first, second]) => ({ ...second, ...first }));
}
const model = mostly(fc.constant("openai/gpt-4o"));
const messages = mostly(fc.array(message, { minLength: 1, maxLength: 2 }));

interface Schema {
  safeParse(value: unknown): { success: boolean; data?: unknown };
}

function agree(arbitrary: fc.Arbitrary<unknown>, isPlain: (value: unknown) => boolean, checks: Schema): void {
  let plain = 0;
  fc.assert(
    fc.property(arbitrary, (value) => {
      if (!isPlain(value)) return;
      plain += 1;
      const parsed = checks.safeParse(value);
      assert.ok(parsed.success);
      assert.deepEqual(parsed.data, value);
    }),
    { numRuns: 4_000 },
  );
  assert.ok(plain > 20, `only ${plain} were plain: the property says little`);
}

describe("a plain call", () => {
  it("of a completion is one the schema takes as it is", () =>
    agree(
      callOf(schema.completionParams.shape, { model, messages }),
      isPlainCompletion,
      schema.completionParams,
    ));
  it("of a stream too", () =>
    agree(
      callOf(schema.completionStreamParams.shape, { model, messages, stream_id: mostly(fc.constant("s1")) }),
      isPlainStream,
      schema.completionStreamParams,
    ));
  it("of an embedding too", () =>
    agree(
      callOf(schema.embeddingParams.shape, { model, input: mostly(fc.string()) }),
      isPlainEmbedding,
      schema.embeddingParams,
    ));
  it("of a configuration too", () =>
    agree(
      fc.record(
        {
          default_model: mostly(fc.string()),
          num_retries: mostly(fc.integer({ min: 0, max: 10 })),
          timeout: mostly(fc.integer({ min: 1 })),
          providers: fc.dictionary(
            fc.string({ minLength: 1, maxLength: 5 }),
            fc.record({ api_key: mostly(fc.string()) }, { requiredKeys: [], noNullPrototype: true }),
            { noNullPrototype: true },
          ),
        },
        { requiredKeys: [], noNullPrototype: true },
      ),
      isPlainConfig,
      schema.config,
    ));

  it("is what people send every day", () => {
    const tools = [{ type: "function", function: { name: "f", parameters: {} } }];
    const parts = [
      { type: "text", text: "x" },
      { type: "image_url", image_url: { url: "data:," } },
    ];
    const plain = {
      model: "openai/gpt-4o",
      messages: [{ role: "user", content: parts }],
      tools,
      temperature: 0,
      attribution: { caller: "publisher.name", session: "s", tags: ["chat"] },
    };
    assert.ok(isPlainCompletion(plain));
    assert.ok(isPlainStream({ ...plain, stream_id: "s1" }));
    assert.ok(isPlainEmbedding({ model: "openai/e", input: ["a", "b"] }));
    assert.ok(isPlainConfig({ providers: { openai: { api_base: "http://localhost/v1", api_key: "k" } } }));
  });
});
