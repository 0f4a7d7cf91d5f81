// What a native Ollama server says, as bytes and as scripts: written from the public description of its API.

import { jsonOf } from "./http-request.ts";
import type { Script } from "./scripted-provider.ts";

const ENVELOPE = { model: "llama3.2", created_at: "2026-01-02T03:04:05.678Z" };
export const OLLAMA_COUNTS = { prompt_eval_count: 7, eval_count: 11 };

export function line(value: Record<string, unknown>): string {
  return `${JSON.stringify(value)}\n`;
}

export function messageLine(content: string, extra: Record<string, unknown> = {}): string {
  return line({ ...ENVELOPE, message: { role: "assistant", content, ...extra }, done: false });
}

export function doneLine(done_reason = "stop"): string {
  return line({
    ...ENVELOPE,
    message: { role: "assistant", content: "" },
    done: true,
    done_reason,
    total_duration: 1000,
    ...OLLAMA_COUNTS,
  });
}

/** Answers /api/chat in words, streamed or whole as it was asked. */
export function ollamaChat(...words: string[]): Script {
  return async (exchange) => {
    if (jsonOf(exchange.request)["stream"] === false) {
      await exchange.reply(
        200,
        JSON.stringify({
          ...ENVELOPE,
          message: { role: "assistant", content: words.join("") },
          done: true,
          done_reason: "stop",
          ...OLLAMA_COUNTS,
        }),
      );
      return;
    }
    await exchange.begin({ "content-type": "application/x-ndjson" });
    for (const word of words) await exchange.part(messageLine(word));
    await exchange.part(doneLine());
    await exchange.finish();
  };
}
