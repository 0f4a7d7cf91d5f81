// The ledger as CSV and JSON. A cell that a spreadsheet would take for a formula is made text. Pure.

import { LEDGER_COLUMNS, type LedgerRow } from "./ledger-row.ts";

export function ledgerJson(rows: readonly LedgerRow[]): string {
  return `${JSON.stringify(rows, undefined, 2)}\n`;
}

export function ledgerCsv(rows: readonly LedgerRow[]): string {
  const lines = rows.map((row) => LEDGER_COLUMNS.map((name) => cell(row[name])).join(","));
  return `${[LEDGER_COLUMNS.join(","), ...lines].join("\r\n")}\r\n`;
}

function cell(value: string | number | null): string {
  if (value === null) return "";
  if (typeof value === "number") return String(value);
  const safe = /^[=+\-@\t\r]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
