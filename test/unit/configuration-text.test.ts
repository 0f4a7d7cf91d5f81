// The configuration as a person reads it: every source named, a secret's value never.

import assert from "node:assert/strict";
import type { ProvidersResult } from "../../server/protocol/results.ts";
import { withEnglish } from "./words-of-vscode.ts";

const RESULT: ProvidersResult = {
  providers: [
    {
      id: "azure",
      label: "Azure",
      api_base: "https://x.example/a|b",
      api_base_source: "environment",
      key_required: true,
      key_source: "secret",
      key_env: ["AZURE_API_KEY"],
      configured: true,
      settings: [
        { name: "api_version", source: "default", value: "2024-10-21" },
        { name: "aws_secret_access_key", source: "environment", value: null },
      ],
    },
    {
      id: "openai",
      label: "OpenAI",
      api_base: "https://api.openai.com/v1",
      api_base_source: "default",
      key_required: true,
      key_source: "none",
      key_env: ["OPENAI_API_KEY"],
      configured: false,
      settings: [],
    },
  ],
  values: [{ name: "num_retries", source: "config.toml", value: 4 }],
  config_toml: { path: "/home/x/.config/edgequake/config.toml", problem: "line 2: wrong" },
};

describe("the configuration document", () => {
  let text: string;
  before(async () => {
    const { configurationText } = await withEnglish(() => import("../../src/configuration-text.ts"));
    // Columns stand below each other.
    text = configurationText(RESULT).replace(/ +\|/g, " |");
  });
  it("names the layer that won for every value", () => {
    assert.match(text, /\| num_retries \| 4 \| config\.toml \|/);
    assert.match(
      text,
      /\| azure \| https:\/\/x\.example\/a\\\|b \| the environment \| VS Code's secret storage \|/,
    );
    assert.match(text, /api_version = 2024-10-21 \(default\); aws_secret_access_key = \(secret\)/);
  });
  it("says what the others need, and what is to be mended", () => {
    assert.match(text, /\| openai \| OPENAI_API_KEY \|/);
    assert.match(text, /To mend:\*\* line 2: wrong/);
  });
});
