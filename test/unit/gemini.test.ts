// What the adapters of Gemini and Vertex AI change in a call, refuse, and say of it; schemas reduced; and arguments,
// sounds and citations that come in pieces.

import assert from "node:assert/strict";
import { wireOf } from "../../server/engine/engine.ts";
import { prepareChat, prepareEmbedding } from "../../server/engine/prepare.ts";
import { BadRequestError, UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams } from "../../server/protocol/messages.ts";
import { Base64Stream } from "../../server/providers/base64-stream.ts";
import { StreamedArguments } from "../../server/providers/gemini-arguments.ts";
import { googleFailure } from "../../server/providers/gemini-failure.ts";
import { annotationsOf, mergeMetadata } from "../../server/providers/gemini-grounding.ts";
import { reduceSchema } from "../../server/providers/gemini-schema.ts";
import { providerOf, resolveModel } from "../../server/providers/registry.ts";
import type { ChatCall } from "../../server/providers/types.ts";

type Json = Record<string, unknown>;

const HELLO = { role: "user" as const, content: "Hi." };
const FLASH = "gemini/gemini-2.5-flash";
const PRO = "gemini/gemini-2.5-pro";
const OLDER = "gemini/gemini-2.0-flash";
const NEWER = "gemini/gemini-3-flash-preview";
const LARGE = "gemini/gemini-3-pro-preview";

function identity(requested_model: string, settings = {}) {
  const { provider, model } = resolveModel(requested_model);
  const row = providerOf(provider);
  return {
    provider,
    model,
    requested_model,
    id: "unit",
    created: 1_700_000_000,
    supported: row.supportedParams(model, false),
    supported_embedding: row.embed?.supported?.(model),
    setting_names: row.settings,
    settings,
    own_base: false,
    drop_params: false,
  };
}

function asked(
  model: string,
  rest: object = {},
  settings = {},
): { call: ChatCall; path: string; body: Json } {
  const params = { model, messages: [HELLO], ...rest } as CompletionParams;
  const call = prepareChat(params, identity(model, settings), false);
  const { body = {}, path } = wireOf(providerOf(resolveModel(model).provider), call).request(call);
  return { call, path, body };
}

const tool = (name: string, more: object = {}) => ({ type: "function", function: { name, ...more } });
const named = (name: string) => ({ type: "function", function: { name } });
const user = (...content: object[]) => ({ messages: [{ role: "user", content }] });
const image = (url: string, more: object = {}) => ({ type: "image_url", image_url: { url, ...more } });
const PNG = "data:image/png;base64,iVBORw0=";
const budget = (budget_tokens: number) => ({ thinking: { type: "enabled", budget_tokens } });
const props = (properties: object) => ({ type: "object", properties });
const schema = (properties: object) => ({
  response_format: { type: "json_schema", json_schema: { name: "a", schema: props(properties) } },
});

describe("what Gemini's adapter changes in a call it says", () => {
  const CHANGED: [model: string, rest: object, warning: RegExp][] = [
    [FLASH, { tools: [tool("a")], parallel_tool_calls: false }, /parallel_tool_calls false was dropped/],
    [FLASH, { tools: [tool("a", { strict: true })] }, /strict of a was dropped/],
    [
      FLASH,
      { tools: [tool("a", { parameters: props({ n: { type: "integer", multipleOf: 2 } }) })] },
      /multipleOf of the schema of a was dropped/,
    ],
    [FLASH, { tool_choice: "required" }, /no function is given/],
    [FLASH, { web_search_options: { search_context_size: "low" } }, /search_context_size .* was dropped/],
    [FLASH, { response_format: { type: "grammar" } }, /response_format grammar was dropped/],
    [FLASH, { messages: [{ ...HELLO, name: "ada" }] }, /name was dropped/],
    [
      FLASH,
      user({ type: "text", text: "a", cache_control: { type: "ephemeral" } }),
      /cache_control was dropped/,
    ],
    [FLASH, user(image(PNG, { detail: "low" })), /image detail low was dropped/],
    [FLASH, user(image("https://example.com/cat.png")), /named by its address and not sent/],
    [FLASH, budget(100_000), /100000 tokens became 24576, the most/],
    [PRO, budget(1), /1 tokens became 128, the least/],
    [PRO, { reasoning_effort: "none" }, /0 tokens became 128, the least/],
    [NEWER, { reasoning_effort: "xhigh" }, /xhigh became high/],
    [NEWER, { reasoning_effort: "none" }, /none became minimal: .* cannot be kept from thinking/],
    [LARGE, { reasoning_effort: "medium" }, /medium became high: .* takes low, high/],
    [NEWER, { presence_penalty: 0.5 }, /presence_penalty 0.5 was dropped/],
    [OLDER, schema({ n: { type: "integer", multipleOf: 2 } }), /cannot be held to multipleOf/],
    [FLASH, { audio: { voice: "Kore", format: "mp3" } }, /audio format mp3 was dropped/],
    [
      FLASH,
      {
        messages: [
          HELLO,
          {
            role: "assistant",
            tool_calls: [{ id: "call_1", ...named("a"), function: { name: "a", arguments: "{no" } }],
          },
          { role: "tool", tool_call_id: "call_1", content: "x" },
        ],
      },
      /arguments of an earlier call of a are no JSON object/,
    ],
  ];
  for (const [model, rest, warning] of CHANGED) {
    it(`${model}: ${warning.source}`, () => {
      const { call } = asked(model, rest);
      assert.equal(call.warnings.length, 1, JSON.stringify(call.warnings));
      assert.match(String(call.warnings[0]?.message), warning);
    });
  }

  it("and says nothing of what goes as it is", () => {
    const rest = { tools: [tool("a", { parameters: props({ n: { type: "integer" } }) })], temperature: 1 };
    for (const model of [FLASH, PRO, OLDER, NEWER]) assert.deepEqual(asked(model, rest).call.warnings, []);
  });
});

describe("what Gemini cannot be told is refused", () => {
  const REFUSED: [rest: object, message: RegExp][] = [
    [user({ type: "hologram", hologram: {} }), /a content part of type hologram/],
    [user(image("ftp://example.com/cat.png")), /begins with ftp:/],
    [user({ type: "file", file: { file_id: "https://example.com/thing" } }), /whose kind is not told/],
    [user({ type: "file", file: {} }), /without data or address/],
    [{ messages: [{ role: "system", content: [image(PNG)] }, HELLO] }, /instructions are text/],
    [
      { messages: [HELLO, { role: "tool", tool_call_id: "x", content: "y" }] },
      /no earlier tool call has the id "x"/,
    ],
    [{ tools: [{ type: "teleport" }] }, /Gemini has no tool of type teleport/],
    [{ tools: [tool("a")], tool_choice: "sometimes" }, /tool_choice "sometimes" is not understood/],
  ];
  for (const [rest, message] of REFUSED) {
    it(message.source, () => {
      assert.throws(
        () => asked(FLASH, rest),
        (error: Error) => error instanceof BadRequestError && message.test(error.message),
      );
    });
  }

  it("efforts of models that do not think", () => {
    assert.throws(() => asked(OLDER, { reasoning_effort: "low" }), UnsupportedParamsError);
  });

  it("tokens to embed", () => {
    for (const model of ["gemini/gemini-embedding-001", "vertex_ai/text-embedding-005"]) {
      const call = prepareEmbedding({ model, input: [1, 2] }, identity(model, { vertex_project: "p" }));
      const { embed } = providerOf(resolveModel(model).provider);
      assert.throws(() => embed?.request(call), /tokens cannot be sent/);
    }
  });
});

describe("thinking, by model", () => {
  const THINKS: [model: string, effort: string, config: object][] = [
    [FLASH, "none", { thinkingBudget: 0 }],
    [FLASH, "minimal", { thinkingBudget: 1, includeThoughts: true }],
    [FLASH, "low", { thinkingBudget: 1024, includeThoughts: true }],
    [FLASH, "high", { thinkingBudget: 4096, includeThoughts: true }],
    [FLASH, "xhigh", { thinkingBudget: 24_576, includeThoughts: true }],
    [PRO, "minimal", { thinkingBudget: 128, includeThoughts: true }],
    [PRO, "xhigh", { thinkingBudget: 32_768, includeThoughts: true }],
    ["gemini/gemini-2.5-flash-lite", "minimal", { thinkingBudget: 512, includeThoughts: true }],
    ["gemini/gemini-flash-latest", "medium", { thinkingBudget: 2048, includeThoughts: true }],
    [NEWER, "minimal", { thinkingLevel: "minimal", includeThoughts: true }],
    [LARGE, "minimal", { thinkingLevel: "low", includeThoughts: true }],
    ["gemini/gemini-3.1-pro-preview", "medium", { thinkingLevel: "medium", includeThoughts: true }],
  ];
  for (const [model, reasoning_effort, config] of THINKS) {
    it(`${model}, ${reasoning_effort}`, () => {
      const { generationConfig } = asked(model, { reasoning_effort }).body;
      assert.deepEqual(generationConfig, { thinkingConfig: config });
    });
  }
});

describe("a schema is reduced, or left whole", () => {
  const REDUCED: [what: string, given: Json, schema: Json | undefined][] = [
    ["nullable types", { type: ["string", "null"] }, { nullable: true, type: "string" }],
    [
      "several types",
      { type: ["string", "integer"], description: "d" },
      {
        anyOf: [
          { description: "d", type: "string" },
          { description: "d", type: "integer" },
        ],
      },
    ],
    ["a constant", { const: "a" }, { type: "string", enum: ["a"] }],
    ["an enum with null", { enum: ["a", null] }, { nullable: true, type: "string", enum: ["a"] }],
    [
      "one choice or null",
      { oneOf: [{ type: "null" }, { type: "integer" }] },
      { type: "integer", nullable: true },
    ],
    [
      "objects joined",
      { allOf: [props({ a: { type: "string" } }), { ...props({ b: { type: "string" } }), required: ["b"] }] },
      { type: "object", properties: { a: { type: "string" }, b: { type: "string" } }, required: ["b"] },
    ],
    [
      "a reference with words of its own",
      {
        $defs: { A: { type: "string", description: "x" } },
        ...props({ a: { $ref: "#/$defs/A", description: "y" } }),
      },
      props({ a: { type: "string", description: "y" } }),
    ],
    ["an object without type", { properties: { a: true } }, props({ a: {} })],
    [
      "a property named like a keyword",
      props({ const: { type: "string" } }),
      props({ const: { type: "string" } }),
    ],
    ["numbers to choose from", { enum: [1, 2] }, undefined],
    ["a tuple", { type: "array", prefixItems: [{ type: "string" }] }, undefined],
    ["a map", { type: "object", additionalProperties: { type: "string" } }, undefined],
    ["a condition", { if: {}, else: {} }, undefined],
    ["a reference to nowhere", { $ref: "#/$defs/None" }, undefined],
    [
      "a reference to itself",
      { $defs: { A: props({ a: { $ref: "#/$defs/A" } }) }, $ref: "#/$defs/A" },
      undefined,
    ],
  ];
  for (const [what, given, expected] of REDUCED) {
    it(what, () => {
      const before = structuredClone(given);
      assert.deepEqual(reduceSchema(given)?.schema, expected);
      assert.deepEqual(given, before);
    });
  }

  it("names what it leaves out and meant something", () => {
    const given = props({ a: { type: "string", format: "email", uniqueItems: true, title: "A" } });
    assert.deepEqual(reduceSchema({ ...given, $schema: "x", additionalProperties: false })?.dropped.sort(), [
      "format email",
      "uniqueItems",
    ]);
  });

  it("an older model is checked where it cannot be held to the whole", () => {
    const { call, body } = asked(OLDER, schema({ n: { enum: [1, 2] } }));
    assert.deepEqual(call.check_schema, props({ n: { enum: [1, 2] } }));
    assert.deepEqual((body["generationConfig"] as Json)["responseJsonSchema"], call.check_schema);
  });
});

describe("what comes in pieces is put together", () => {
  it("arguments, whatever their names", () => {
    const streamed = new StreamedArguments();
    streamed.add([{ jsonPath: "$['a.b'][0].__proto__", stringValue: "x", willContinue: true }]);
    streamed.add([
      { jsonPath: "$['a.b'][0].__proto__", stringValue: "y" },
      { jsonPath: "$.n", numberValue: 1 },
    ]);
    streamed.add([{ jsonPath: "$.n", numberValue: 2 }, { jsonPath: "$..odd", boolValue: true }, "no piece"]);
    assert.equal(streamed.text(), '{"a.b":[{"__proto__":"xy"}],"n":2,"$..odd":true}');
    assert.equal(({} as Json)["polluted"], undefined);
  });

  it("a list of arguments is no longer than what is told", () => {
    const streamed = new StreamedArguments();
    streamed.add([{ jsonPath: "$.a[4000000000]", numberValue: 1 }]);
    assert.equal(streamed.text(), '{"a":[1]}');
  });

  it("base64 that is padded on the way", () => {
    const bytes = Buffer.from("The quick brown fox, é🚀.");
    for (let size = 1; size < bytes.length; size += 1) {
      const stream = new Base64Stream();
      let text = "";
      for (let at = 0; at < bytes.length; at += size)
        text += stream.push(bytes.subarray(at, at + size).toString("base64"));
      assert.equal(text + stream.end(), bytes.toString("base64"), `pieces of ${size}`);
    }
  });

  it("sources, counted in bytes there and in characters here", () => {
    const groundingChunks = [{ web: { uri: "https://example.com", title: "Example" } }, { odd: 1 }];
    const groundingSupports = [
      { segment: { startIndex: 7, endIndex: 11 }, groundingChunkIndices: [0, 1, 9] },
    ];
    const merged = mergeMetadata({ groundingChunks }, { groundingChunks, groundingSupports });
    assert.deepEqual(merged, { groundingChunks, groundingSupports });
    const source = { url: "https://example.com", title: "Example" };
    assert.deepEqual(annotationsOf(merged, "é🚀 word"), [
      { type: "url_citation", url_citation: { start_index: 4, end_index: 8, ...source } },
    ]);
    assert.deepEqual(annotationsOf({ groundingChunks }, ""), [
      { type: "url_citation", url_citation: source },
    ]);
  });
});

describe("addresses", () => {
  it("Gemini's model is one step of the path, whatever its name", () => {
    assert.equal(
      asked("gemini/models/gemini-2.5-flash").path,
      "/v1beta/models/gemini-2.5-flash:generateContent",
    );
    assert.equal(asked("gemini/tunedModels/mine").path, "/v1beta/tunedModels/mine:generateContent");
    assert.equal(asked("gemini/a?key=b#c").path, "/v1beta/models/a%3Fkey%3Db%23c:generateContent");
  });

  it("a bare name that begins with gemini- is Gemini's", () => {
    assert.deepEqual(resolveModel("gemini-2.5-pro"), { provider: "gemini", model: "gemini-2.5-pro" });
    assert.deepEqual(resolveModel("vertex/gemini-2.5-pro"), {
      provider: "vertex_ai",
      model: "gemini-2.5-pro",
    });
  });

  it("Vertex AI wants a project, and a location that is one", () => {
    assert.throws(() => asked("vertex_ai/gemini-2.5-flash"), /GOOGLE_CLOUD_PROJECT/);
    const { baseUrl } = providerOf("vertex_ai");
    assert.equal(baseUrl?.({ vertex_project: "p" }), "https://us-central1-aiplatform.googleapis.com");
    assert.equal(
      baseUrl?.({ vertex_project: "p", vertex_location: "global" }),
      "https://aiplatform.googleapis.com",
    );
    assert.equal(baseUrl?.({ vertex_project: "p", vertex_location: "evil.example/" }), undefined);
    assert.equal(baseUrl?.({}), undefined);
  });

  it("a model of one's own is an endpoint", () => {
    const { path } = asked("vertex_ai/1234567890", {}, { vertex_project: "p" });
    assert.equal(path, "/v1/projects/p/locations/us-central1/endpoints/1234567890:generateContent");
  });
});

describe("Google's errors", () => {
  it("tell the reason before the status, and the wait", () => {
    const details = [{ reason: "API_KEY_INVALID" }, { retryDelay: "0.0015s" }];
    assert.deepEqual(
      googleFailure([{}, { error: { code: 400, message: "no", status: "INVALID_ARGUMENT", details } }]),
      {
        status: 400,
        message: "no",
        code: "API_KEY_INVALID",
        type: "INVALID_ARGUMENT",
        retry_after_ms: 2,
      },
    );
  });

  it("are none in an answer, and have a message in any case", () => {
    assert.equal(googleFailure({ candidates: [] }), undefined);
    assert.equal(googleFailure(null), undefined);
    assert.match(String(googleFailure({ error: {} })?.message), /without a message/);
    assert.equal(googleFailure({ error: { code: 7, status: "PERMISSION_DENIED" } })?.status, undefined);
  });
});
