// The loopback provider of these suites, OpenAI-like: what it answers follows from the model it is asked for.

import { setTimeout as pause } from "node:timers/promises";
import type { Exchange } from "../server/exchange.ts";
import { jsonOf } from "../server/http-request.ts";
import { chat, errorBody, status, streamEvents, textEvent } from "../server/openai-bytes.ts";
import { type Script, ScriptedProvider } from "../server/scripted-provider.ts";

/** Fake, and says so. */
export const FAKE_KEY = "sk-fake-for-tests";
export const WORDS = ["Hello", " from", " the", " loopback", " provider", "."];
/** What the model `edit` answers, in the fence that models put around code. */
export const EDITED = "def double(value):\n    return value << 1\n";
/** What the model `comments` answers: the code that was sent, and a line above it. */
export const COMMENTED = "# Twice the value.\ndef double(value):\n    return value * 2\n";
export const VECTORS = [
  [0.25, -0.5, 0.125],
  [1, 0, -1],
];

/** A word each 20 ms, until the caller leaves. */
const endless: Script = async (exchange) => {
  await exchange.begin();
  await exchange.part(streamEvents([])[0] ?? "");
  for (let word = 1; exchange.open; word += 1) {
    await exchange.part(textEvent(`word${word} `));
    await exchange.wait(20);
  }
};

/** A few words at a pace a person can watch, then the end. */
const paced: Script = async (exchange) => {
  await exchange.begin();
  for (const event of streamEvents(WORDS)) {
    await exchange.part(event);
    await pause(50);
  }
  await exchange.finish();
};

/** A few words, then the connection ends where no answer may end. */
const cut: Script = async (exchange) => {
  await exchange.begin();
  for (const event of streamEvents(WORDS).slice(0, 4)) await exchange.part(event);
  exchange.fin();
};

function embed(exchange: Exchange): Promise<void> {
  const { input, encoding_format } = jsonOf(exchange.request);
  const count = Array.isArray(input) ? input.length : 1;
  const data = VECTORS.slice(0, count).map((vector, index) => ({
    object: "embedding",
    index,
    embedding:
      encoding_format === "base64" ? Buffer.from(new Float32Array(vector).buffer).toString("base64") : vector,
  }));
  const usage = { prompt_tokens: 4, total_tokens: 4 };
  return exchange.reply(200, JSON.stringify({ object: "list", model: "scripted-embed", data, usage }));
}

/** An answer with what answers are made of. */
export const EXPLANATION = `With an empty list \`average()\` divides by zero:

1. the loop adds nothing, so \`total\` stays \`0.0\`;
2. \`len(values)\` is \`0\`, and Python raises **ZeroDivisionError**.

Say what should happen instead of leaving it to chance:

\`\`\`python
def average(values: list[float]) -> float:
    if not values:
        raise ValueError("average() of nothing")
    return sum(values) / len(values)
\`\`\`

| call | before | after |
|---|---|---|
| \`average([2, 4])\` | \`3.0\` | \`3.0\` |
| \`average([])\` | ZeroDivisionError | ValueError |

> A caller can then catch the one error that is meant.
`;

const BY_MODEL: Record<string, Script> = {
  endless,
  paced,
  cut,
  explains: chat(...EXPLANATION.split(/(?<=\s)/)),
  edit: chat(`\`\`\`python\n${EDITED}\`\`\``),
  comments: chat(COMMENTED),
  refused: status(401, errorBody("Incorrect API key provided.", "invalid_api_key")),
  limited: status(429, errorBody("Slow down.", "rate_limit_exceeded"), { "retry-after": 7 }),
  html: (exchange) =>
    exchange.reply(200, "<html><body>Please log in to the network</body></html>", {
      "content-type": "text/html",
    }),
};

/** As an OpenAI-like server fills a gap. */
function fill(exchange: Exchange): Promise<void> {
  const choices = [{ index: 0, text: " + 273.15", logprobs: null, finish_reason: "stop" }];
  const answer = { id: "cmpl-1", object: "text_completion", created: 1, model: "fills", choices };
  return exchange.reply(200, JSON.stringify(answer));
}

/** `more`: other models, by name. */
export async function startScriptedAnswers(more: Record<string, Script> = {}): Promise<ScriptedProvider> {
  const provider = await ScriptedProvider.start((exchange) => {
    if (exchange.request.path.endsWith("/embeddings")) return embed(exchange);
    if (/\/v1\/completions$/.test(exchange.request.path)) return fill(exchange);
    if (exchange.request.method === "GET") return exchange.reply(404, errorBody("no such page"));
    const model = String(jsonOf(exchange.request)["model"]);
    return (more[model] ?? BY_MODEL[model] ?? chat(...WORDS))(exchange);
  });
  // The editor asks for them when it likes.
  const list = JSON.stringify({ object: "list", data: [{ id: "plain", object: "model" }] });
  return provider.models((exchange) => exchange.reply(200, list));
}
