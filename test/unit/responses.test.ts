// The Responses API beyond its fixtures: which calls go there, what is refused or warned of on the way, and that an
// answer, given back as it came, says the same items again.

import assert from "node:assert/strict";
import { wireOf } from "../../server/engine/engine.ts";
import { prepareChat } from "../../server/engine/prepare.ts";
import { accumulate } from "../../server/protocol/accumulate.ts";
import type { CompactChunk } from "../../server/protocol/compact.ts";
import { BadRequestError, UnsupportedParamsError } from "../../server/protocol/errors.ts";
import type { CompletionParams, Message, ModelResponse } from "../../server/protocol/messages.ts";
import { providerOf, resolveModel } from "../../server/providers/registry.ts";

import type { StreamDecoder } from "../../server/providers/types.ts";

type Json = Record<string, unknown>;
interface Asked {
  path: string;
  body: Json;
  warned: string[];
  read(json: Json): ModelResponse;
  decoder(): StreamDecoder;
}

const HELLO: Message = { role: "user", content: "Hi." };

function asked(requested_model: string, rest: Partial<CompletionParams> = {}, own_base = false): Asked {
  const { provider, model } = resolveModel(requested_model);
  const row = providerOf(provider);
  const identity = {
    ...{ provider, model, requested_model, id: "unit", created: 1_700_000_000, settings: {}, own_base },
    supported: row.supportedParams(model, own_base),
    drop_params: rest.drop_params ?? false,
  };
  const call = prepareChat({ model: requested_model, messages: [HELLO], ...rest }, identity, false);
  const wire = wireOf(row, call);
  const { path, body = {} } = wire.request(call);
  const warned = call.warnings.map(({ param, message }) => `${param}: ${message}`);
  return { path, body, warned, read: (json) => wire.response(json, call), decoder: () => wire.stream(call) };
}

const answer = (output: Json[], more: Json = {}): Json => ({
  ...{
    id: "resp_1",
    object: "response",
    created_at: 1_760_000_000,
    model: "gpt-5-mini",
    status: "completed",
  },
  output,
  ...more,
});

describe("which API a call of OpenAI's goes to", () => {
  const THERE = [
    "openai/responses/gpt-4o",
    "openai/o1-pro",
    "openai/o3-pro-2025-06-10",
    "openai/gpt-5-pro",
    "openai/gpt-5.2-pro",
    "openai/gpt-5-codex",
    "openai/gpt-5.1-codex-mini",
    "openai/gpt-5.3-codex",
    "openai/codex-mini-latest",
    "openai/o4-mini-deep-research",
    "openai/computer-use-preview",
    "gpt-5-codex",
    "codex-mini-latest",
    "groq/responses/openai/gpt-oss-20b",
    "hosted_vllm/responses/x",
  ];
  for (const model of THERE) {
    it(`${model}: Responses`, () => {
      const { path, body } = asked(model);
      assert.equal(path, "/responses");
      assert.ok(!String(body["model"]).includes("responses"), String(body["model"]));
      assert.deepEqual(body["input"], [HELLO]);
    });
  }
  for (const model of ["openai/gpt-4o", "openai/o1", "openai/o3", "openai/gpt-5", "openai/gpt-5-pronto"]) {
    it(`${model}: chat completions`, () => assert.equal(asked(model).path, "/chat/completions"));
  }
  it("is the caller's word where the address is the caller's", () => {
    assert.equal(asked("openai/gpt-5-codex", {}, true).path, "/chat/completions");
    assert.equal(asked("openai/responses/gpt-5-codex", {}, true).path, "/responses");
  });
});

describe("what the Responses API does not take", () => {
  const NOT_THERE: [param: string, value: unknown][] = [
    ["n", 2],
    ["stop", "END"],
    ["seed", 7],
    ["logit_bias", { 50256: -100 }],
    ["presence_penalty", 0.1],
    ["frequency_penalty", 0.1],
    ["prediction", { type: "content", content: "a" }],
    ["modalities", ["text"]],
    ["audio", { voice: "alloy", format: "wav" }],
  ];
  for (const model of ["openai/responses/gpt-4o", "xai/responses/grok-3", "openai/responses/x"]) {
    for (const [param, value] of NOT_THERE) {
      it(`${model} refuses ${param}, or drops it with a warning`, () => {
        const own_base = model.endsWith("/x");
        assert.throws(() => asked(model, { [param]: value }, own_base), UnsupportedParamsError);
        const { body, warned } = asked(model, { [param]: value, drop_params: true }, own_base);
        assert.equal(body[param], undefined);
        assert.equal(warned.length, 1);
        assert.ok(warned[0]?.startsWith(`${param}: ${param} was dropped`), warned[0]);
      });
    }
  }

  it("is n beyond 1 alone", () => assert.deepEqual(asked("openai/responses/gpt-4o", { n: 1 }).warned, []));

  it("is an answer later without a stream", () => {
    assert.throws(
      () => asked("openai/responses/gpt-5", { background: true }),
      (error: unknown) => error instanceof BadRequestError && /stream: true/.test(error.message),
    );
  });

  it("is audio, but what another's server hears is its own", () => {
    const part = { type: "input_audio", input_audio: { data: "UklGRg==", format: "wav" } };
    const messages: Message[] = [{ role: "user", content: [part] }];
    assert.throws(() => asked("openai/responses/gpt-4o", { messages }), BadRequestError);
    const { body } = asked("openai/responses/x", { messages }, true);
    assert.deepEqual(body["input"], [{ role: "user", content: [part] }]);
  });
});

describe("what a call of the Responses API leaves out it says", () => {
  const LEFT_OUT: [what: string, rest: Partial<CompletionParams>, warning: RegExp][] = [
    ["a speaker's name", { messages: [{ ...HELLO, name: "ada" }] }, /^messages: name was dropped/],
    [
      "a mark of another's cache",
      {
        messages: [
          { role: "user", content: [{ type: "text", text: "a", cache_control: { type: "ephemeral" } }] },
        ],
      },
      /^cache_control: /,
    ],
    [
      "thoughts of another provider",
      { messages: [HELLO, { role: "assistant", content: "a", reasoning_content: "b" }] },
      /^messages: reasoning of earlier answers was not sent back/,
    ],
    [
      "thoughts that nobody kept",
      {
        messages: [
          {
            role: "assistant",
            content: "a",
            provider_specific_fields: { output_items: [{ type: "reasoning", id: "rs_1", summary: [] }] },
          },
        ],
      },
      /^messages: reasoning of earlier answers was not sent back/,
    ],
    ["the other limit", { max_tokens: 1, max_completion_tokens: 20 }, /^max_tokens: /],
  ];
  for (const [what, rest, warning] of LEFT_OUT) {
    it(what, () => {
      const { body, warned } = asked("openai/responses/gpt-5", rest);
      assert.equal(warned.length, 1);
      assert.match(warned[0] ?? "", warning);
      const sent = JSON.stringify(body);
      for (const word of ["ada", "ephemeral", "rs_1", "reasoning_content"])
        assert.ok(!sent.includes(word), sent);
    });
  }

  it("and keeps thoughts that the provider keeps", () => {
    const item = { type: "reasoning", id: "rs_1", summary: [] };
    const before = {
      role: "assistant" as const,
      content: "a",
      provider_specific_fields: { output_items: [item] },
    };
    const { body, warned } = asked("openai/responses/gpt-5", { messages: [before, HELLO], store: true });
    assert.deepEqual((body["input"] as Json[])[0], item);
    assert.deepEqual([warned, body["include"]], [[], undefined]);
  });
});

describe("an answer of the Responses API, given back", () => {
  const text = (value: string, more: Json = {}): Json => ({
    ...{ type: "message", id: `msg_${value.length}`, role: "assistant", status: "completed" },
    content: [{ type: "output_text", text: value }],
    ...more,
  });
  const thought = (n: number): Json => ({
    type: "reasoning",
    id: `rs_${n}`,
    summary: [],
    encrypted_content: `c${n}`,
  });
  const call = (n: number, more: Json = {}): Json => ({
    ...{ type: "function_call", id: `fc_${n}`, call_id: `call_${n}`, name: "f", arguments: `{"n":${n}}` },
    status: "completed",
    ...more,
  });
  const search: Json = {
    type: "web_search_call",
    id: "ws_1",
    status: "completed",
    action: { type: "search" },
  };
  const ANSWERS: [what: string, output: Json[]][] = [
    ["thoughts before calls", [thought(1), call(1), call(2)]],
    ["thoughts between calls", [thought(1), call(1), thought(2), call(2)]],
    ["a search between thoughts", [thought(1), search, thought(2), text("Found.")]],
    ["a search after a text", [text("I look."), search, text("Found it.")]],
    [
      "phases",
      [thought(1), text("First. ", { phase: "commentary" }), text("Then.", { phase: "final_answer" })],
    ],
    ["a call of a namespace", [thought(1), call(1, { namespace: "crm" })]],
    ["a text and its calls", [text("I call."), call(1), thought(2)]],
  ];
  for (const [what, output] of ANSWERS) {
    it(`says the same items again: ${what}`, () => {
      const { read } = asked("openai/responses/gpt-5-mini");
      const message = read(answer(output)).choices[0]?.message as Message;
      const { body, warned } = asked("openai/responses/gpt-5-mini", { messages: [HELLO, message] });
      const same = (items: Json[]): Json[] =>
        items.map(({ id: _id, status: _status, role: _role, type = "message", ...rest }) => ({
          type,
          ...rest,
        }));
      assert.deepEqual(same((body["input"] as Json[]).slice(1)), same(output));
      assert.deepEqual(warned, []);
    });
  }

  it("goes with ids where the provider keeps it", () => {
    const output = [thought(1), text("Hello."), call(1)];
    const { read } = asked("openai/responses/gpt-5-mini");
    const message = read(answer(output, { store: true })).choices[0]?.message as Message;
    const { body } = asked("openai/responses/gpt-5-mini", { messages: [message], store: true });
    assert.deepEqual(
      (body["input"] as Json[]).map(({ id }) => id),
      ["rs_1", "msg_6", "fc_1"],
    );
  });

  it("says what it is changed to", () => {
    const { read } = asked("openai/responses/gpt-5-mini");
    const message = read(
      answer([text("One. ", { phase: "commentary" }), text("Two.", { phase: "final_answer" }), call(1)]),
    ).choices[0]?.message as Message;
    const changed = { ...message, content: "X.", tool_calls: null };
    const { body } = asked("openai/responses/gpt-5-mini", { messages: [changed] });
    const texts = (body["input"] as Json[]).map(({ phase, content }) => [
      phase,
      (content as Json[])[0]?.["text"],
    ]);
    assert.deepEqual(texts, [["final_answer", "X."]]);
  });
});

describe("a stream of the Responses API", () => {
  const event = (type: string, more: Json): string => JSON.stringify({ type, output_index: 0, ...more });
  const pushed = (...events: string[]): [decoder: StreamDecoder, out: CompactChunk[]] => {
    const out: CompactChunk[] = [];
    const decoder = asked("openai/responses/gpt-5-mini").decoder();
    for (const one of events) decoder.push(one, out);
    return [decoder, out];
  };
  const piece = event("response.output_text.delta", { content_index: 0, delta: "Hi" });

  it("is not whole by the chat API's end mark", () => {
    const [decoder, out] = pushed(piece, "[DONE]");
    assert.deepEqual([decoder.done(), decoder.finished(), out.length], [false, false, 1]);
  });

  it("is no answer where nothing came and nothing is told at the end", () => {
    const end = event("response.completed", { response: answer([]) });
    assert.throws(() => pushed(end), /the answer holds no output/);
    assert.equal(pushed(piece, end)[0].finished(), true);
  });

  it("keeps to its pieces where the whole says another text", () => {
    const other = { type: "message", content: [{ type: "output_text", text: "Ha, another" }] };
    const [decoder, out] = pushed(piece, event("response.completed", { response: answer([other]) }));
    decoder.end(out);
    assert.equal(accumulate(out).choices[0]?.message.content, "Hi");
  });

  it("tells a note once, however often the wire does", () => {
    const notes = [
      { type: "url_citation", url: "https://example.test/1", title: "1", start_index: 0, end_index: 1 },
      { type: "file_citation", file_id: "file-1", filename: "a.pdf", index: 1 },
    ];
    const part = { type: "output_text", text: "Hi", annotations: notes };
    const item = { type: "message", content: [part] };
    const [decoder, out] = pushed(
      piece,
      event("response.output_text.annotation.added", { content_index: 0, annotation: notes[0] }),
      event("response.content_part.done", { content_index: 0, part }),
      event("response.output_item.done", { item }),
      event("response.completed", { response: answer([item]) }),
    );
    decoder.end(out);
    const { type: _type, ...citation } = notes[0] as Json;
    assert.deepEqual(accumulate(out).choices[0]?.message.annotations, [
      { type: "url_citation", url_citation: citation },
      notes[1],
    ]);
  });
});
