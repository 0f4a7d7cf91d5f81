// What is known of a model, in a line for a list: what it can do, how much it reads, what it costs. What nobody knows is
// said to be unknown, never shown as nothing.

import * as vscode from "vscode";
import type { ModelDetails } from "../../server/protocol/results.ts";

/** The icons stand beside words: an icon alone says nothing to a screen reader. */
export function abilitiesText({ supports }: ModelDetails): string[] {
  if (supports === null) return [];
  const words: [string, string, string][] = [
    ["function_calling", "$(tools)", vscode.l10n.t("tools")],
    ["vision", "$(file-media)", vscode.l10n.t("images")],
    ["pdf_input", "$(file-pdf)", vscode.l10n.t("PDF")],
    ["audio_input", "$(unmute)", vscode.l10n.t("audio")],
    ["reasoning", "$(lightbulb)", vscode.l10n.t("reasoning")],
    ["response_schema", "$(json)", vscode.l10n.t("JSON schema")],
  ];
  return words.filter(([flag]) => supports.includes(flag)).map(([, icon, word]) => `${icon} ${word}`);
}

export function contextText({ max_input_tokens }: ModelDetails): string {
  return max_input_tokens === null
    ? vscode.l10n.t("context unknown")
    : vscode.l10n.t("{0} context", tokensText(max_input_tokens));
}

/** USD per million tokens in and out. */
export function priceText({ input_cost_per_token, output_cost_per_token }: ModelDetails): string {
  if (input_cost_per_token === null && output_cost_per_token === null) return vscode.l10n.t("price unknown");
  return vscode.l10n.t(
    "{0} in, {1} out per million tokens",
    perMillion(input_cost_per_token),
    perMillion(output_cost_per_token),
  );
}

export function tokensText(tokens: number): string {
  if (tokens >= 1_000_000) return `${trimmed(tokens / 1_000_000)}M`;
  return tokens >= 1_000 ? `${Math.round(tokens / 1_000)}K` : String(tokens);
}

/** Small amounts keep their digits; null is unknown, and never 0. */
export function moneyText(usd: number | null): string {
  if (usd === null) return vscode.l10n.t("price unknown");
  if (usd === 0) return "$0";
  const digits = usd >= 0.1 ? 2 : Math.min(8, 2 - Math.floor(Math.log10(usd)));
  return `$${usd.toFixed(digits)}`;
}

function perMillion(per_token: number | null): string {
  if (per_token === null) return "?";
  const usd = Number((per_token * 1_000_000).toFixed(4));
  // As prices are written: $0.60, but $10 and $0.075.
  return `$${Number.isInteger(usd) || !Number.isInteger(Number((usd * 100).toFixed(2))) ? usd : usd.toFixed(2)}`;
}

function trimmed(value: number): string {
  return String(Number(value.toFixed(value >= 10 ? 1 : 3)));
}
