// What the editor reports at a piece of code, as text for a prompt: errors first, one a line.

import * as vscode from "vscode";
import { plainText } from "../plain-text.ts";

const NAMES = ["error", "warning", "information", "hint"];
const MOST = 40;

export function problemsAt(document: vscode.TextDocument, range: vscode.Range): string {
  const problems = vscode.languages
    .getDiagnostics(document.uri)
    .filter((problem) => problem.range.intersection(range) !== undefined)
    .sort((a, b) => a.severity - b.severity || a.range.start.line - b.range.start.line);
  return problems.slice(0, MOST).map(textOf).join("\n");
}

function textOf({ severity, message, range, source, code }: vscode.Diagnostic): string {
  const id = typeof code === "object" ? code.value : code;
  const from = [source, id].filter((part) => part !== undefined && part !== "").join(" ");
  const where = `line ${range.start.line + 1}: ${NAMES[severity] ?? "problem"}`;
  return `${where}: ${plainText(message).replace(/\s*\n\s*/g, " ")}${from === "" ? "" : ` (${from})`}`;
}
