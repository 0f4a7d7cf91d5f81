// The usage page's texts in the user's language: it has no l10n of its own.

import * as vscode from "vscode";

/** By the English text, which is also what the page falls back to. */
export function usageStrings(): Record<string, string> {
  const { t } = vscode.l10n;
  return {
    "As of": t("As of"),
    "Attempts that failed, by error": t("Attempts that failed, by error"),
    "By who called": t("By who called"),
    Calls: t("Calls"),
    "Cooling down now": t("Cooling down now"),
    "not told": t("not told"),
    "Export CSV": t("Export CSV"),
    "Export JSON": t("Export JSON"),
    Failed: t("Failed"),
    "Last 24 hours": t("Last 24 hours"),
    "Last 30 days": t("Last 30 days"),
    "Last 365 days": t("Last 365 days"),
    "Last 7 days": t("Last 7 days"),
    "Last 90 days": t("Last 90 days"),
    "Latency (mean of what succeeded)": t("Latency (mean of what succeeded)"),
    "No deployment of a router is cooling down.": t("No deployment of a router is cooling down."),
    "No price is known of what was used, or it cost nothing.": t(
      "No price is known of what was used, or it cost nothing.",
    ),
    "None failed.": t("None failed."),
    "Nothing was asked in this time.": t("Nothing was asked in this time."),
    Period: t("Period"),
    Refresh: t("Refresh"),
    "Show as a table": t("Show as a table"),
    Spend: t("Spend"),
    "Spend and tokens by day and model": t("Spend and tokens by day and model"),
    "Spend by day and model": t("Spend by day and model"),
    Tokens: t("Tokens"),
    "Tokens by day and model": t("Tokens by day and model"),
    Usage: t("Usage"),
    "Without a known price, and in no sum:": t("Without a known price, and in no sum:"),
    "because of": t("because of"),
    caller: t("caller"),
    calls: t("calls"),
    cost: t("cost"),
    "day (UTC)": t("day (UTC)"),
    deployment: t("deployment"),
    "first token": t("first token"),
    for: t("for"),
    model: t("model"),
    others: t("others"),
    tokens: t("tokens"),
    "tokens in": t("tokens in"),
    "tokens out": t("tokens out"),
    unknown: t("unknown"),
    "whole answer": t("whole answer"),
    "without a known price": t("without a known price"),
  };
}
