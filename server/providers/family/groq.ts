// Groq: an error may come as an event in the middle of a stream, and usage under x_groq (both in the shared
// decoder); thoughts are asked for as text of their own, never as tags in the answer. Source: console.groq.com/docs.

import { openaiLike } from "../openai-like.ts";

export const groq = openaiLike({
  id: "groq",
  label: "Groq",
  env: { key: ["GROQ_API_KEY"], base: ["GROQ_API_BASE"] },
  base_url: "https://api.groq.com/openai/v1",
  not_taken: [
    { params: ["thinking", "verbosity"] },
    { model: /^(?!.*(?:gpt-oss|qwen|deepseek-r1|compound))./, params: ["reasoning_effort"] },
  ],
  reasoning_back: "reasoning",
  models: { mode: ({ id }) => (/whisper|tts|orpheus|guard/i.test(String(id)) ? "unknown" : undefined) },
  inputs: ["image"],
});
