// What the models in the README's pictures say: written for the pictures, at the pace of a provider.

import { setTimeout as pause } from "node:timers/promises";
import { jsonOf } from "../server/http-request.ts";
import { answerBody, errorBody, streamEvents } from "../server/openai-bytes.ts";
import { ScriptedProvider } from "../server/scripted-provider.ts";
import { EXPLANATION } from "./scripted-answers.ts";

const EDITED = `def average(values: list[float]) -> float:
    if not values:
        raise ValueError("average() of nothing")
    return sum(values) / len(values)
`;

const FLOATS = `No. Both sides are binary fractions, and neither 0.1 nor 0.2 has one:

\`\`\`python
>>> 0.1 + 0.2
0.30000000000000004
\`\`\`

Compare with \`math.isclose(0.1 + 0.2, 0.3)\` instead.
`;

const TABS = [
  "With tabs everyone sees the indentation they like: its **width is a setting** of the reader, not a decision of the author.",
  "Tabs say *one level deeper* with exactly one character, so files are smaller and a level can never be half indented.",
  "Accessibility: people with Braille displays or large fonts can make a tab **one cell** wide, which spaces do not allow.",
];

interface Told {
  text: string;
  /** Before the first word, and between words. */
  first_ms: number;
  word_ms: number;
}

function told(model: string, question: string): Told {
  if (model === "edits") return { text: `\`\`\`python\n${EDITED}\`\`\``, first_ms: 50, word_ms: 2 };
  if (/average/.test(question)) return { text: EXPLANATION, first_ms: 310, word_ms: 8 };
  if (/0\\.1|equal/.test(question)) return { text: FLOATS, first_ms: 240, word_ms: 8 };
  const index = /mistral/.test(model) ? 1 : /llama/.test(model) ? 2 : 0;
  return { text: TABS[index] ?? "", first_ms: [420, 280, 90][index] ?? 0, word_ms: [22, 15, 4][index] ?? 0 };
}

export async function pictureAnswers(): Promise<ScriptedProvider> {
  const provider = await ScriptedProvider.start(async (exchange) => {
    const { model, messages, stream } = jsonOf(exchange.request) as {
      model: string;
      messages: { content: unknown }[];
      stream?: boolean;
    };
    if (model.endsWith("busy"))
      return exchange.reply(429, errorBody("Rate limit reached.", "rate_limit_exceeded"), {
        "retry-after": 30,
      });
    const { text, first_ms, word_ms } = told(model, JSON.stringify(messages.at(-1)?.content));
    if (stream !== true) return exchange.reply(200, answerBody(text));
    await pause(first_ms);
    await exchange.begin();
    const usage = { prompt_tokens: 412, completion_tokens: Math.ceil(text.length / 4), total_tokens: 0 };
    usage.total_tokens = usage.prompt_tokens + usage.completion_tokens;
    for (const event of streamEvents(text.split(/(?<=\s)/), { usage })) {
      await exchange.part(event);
      await pause(word_ms);
    }
    await exchange.finish();
  });
  return provider.models((exchange) => exchange.reply(200, JSON.stringify({ object: "list", data: [] })));
}
