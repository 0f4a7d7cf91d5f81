// xAI: its thinking models take neither stop nor penalties, few take an effort, and usage tells the price in
// ticks. Source: docs.x.ai, "Models" and "API reference".

import { openaiLike } from "../openai-like.ts";
import { withCost } from "../usage.ts";

/** A ten-billionth of a dollar. */
const TICKS_PER_USD = 1e10;

export const xai = openaiLike({
  id: "xai",
  label: "xAI",
  env: { key: ["XAI_API_KEY"], base: ["XAI_API_BASE"] },
  base_url: "https://api.x.ai/v1",
  not_taken: [
    { params: ["thinking", "verbosity", "modalities", "audio", "prediction"] },
    { model: /^grok-(?:3-mini|4|code-fast)/, params: ["stop"] },
    { model: /^grok-(?:4|code-fast)/, params: ["frequency_penalty"] },
    // grok-3-mini takes an effort, and so do the models from 4.2 on; the others think as they will.
    {
      model: /^grok-(?:beta|vision|2|3(?!-mini)|4(?![.-]?[2-9])|4[.-]1|code-fast)/,
      params: ["reasoning_effort"],
    },
  ],
  usage: (usage) => {
    const ticks = usage["cost_in_usd_ticks"];
    return typeof ticks === "number" ? withCost(usage, ticks / TICKS_PER_USD) : usage;
  },
  models: { mode: ({ id }) => (/image|video/i.test(String(id)) ? "unknown" : "chat") },
  inputs: ["image"],
});
