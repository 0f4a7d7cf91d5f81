// The code a command is about: the selection, of several all from the first to the last, else the symbol around the
// cursor, else its line. What was taken without a selection is told, never guessed in silence.

import * as vscode from "vscode";
import { enclosingSymbol, type SymbolLike } from "./enclosing-symbol.ts";

export interface CodeTarget {
  editor: vscode.TextEditor;
  document: vscode.TextDocument;
  range: vscode.Range;
  /** With the document's line ends. */
  text: string;
  /** In a person's words, where nothing was selected: "function average, lines 8–12". */
  taken: string | undefined;
}

/** A language server that starts may take its time; a person does not. */
const SYMBOLS_MS = 2_000;
/** More than any model reads: a slip, not a wish. */
export const LONGEST = 400_000;

/** `asked`: where a code action was chosen, which need not be where the cursor is. */
export async function codeTarget(
  editor: vscode.TextEditor | undefined,
  asked?: vscode.Range,
): Promise<CodeTarget | undefined> {
  if (!editor) return undefined;
  const { document } = editor;
  const { selection } = editor;
  const about = (chosen: vscode.Range, taken?: string): CodeTarget => ({
    editor,
    document,
    range: chosen,
    text: document.getText(chosen),
    taken,
  });
  const several = spanOf(editor.selections.filter((one) => document.getText(one).trim() !== ""));
  if (several && (!asked || several.contains(asked)))
    return about(several, vscode.l10n.t("lines {0}, with all selections", linesOf(several)));
  const selected = document.getText(selection).trim() !== "";
  if (selected && (!asked || selection.contains(asked))) return about(selection);
  const { line } = asked ? asked.start : editor.selection.active;
  const symbol = enclosingSymbol(await symbolsOf(document), line);
  if (symbol) {
    const whole = wholeLines(document, symbol.startLine, symbol.endLine);
    const name = symbol.name === "" ? vscode.l10n.t("the code around the cursor") : symbol.name;
    return about(whole, vscode.l10n.t("{0}, lines {1}", name, linesOf(whole)));
  }
  const single = asked ? wholeLines(document, asked.start.line, asked.end.line) : undefined;
  const chosen = single ?? wholeLines(document, line, line);
  if (document.getText(chosen).trim() === "") return undefined;
  return about(chosen, vscode.l10n.t("line {0}", linesOf(chosen)));
}

/** Of several selections, from the first to the last: an edit has one place. */
function spanOf(selections: readonly vscode.Selection[]): vscode.Range | undefined {
  const [first, ...others] = selections;
  if (first === undefined || others.length === 0) return undefined;
  return others.reduce<vscode.Range>((span, one) => span.union(one), first);
}

/** "3" or "3-20", as people count lines. */
export function linesOf(range: vscode.Range): string {
  const first = range.start.line + 1;
  // A selection that ends before the first character of a line does not mean that line.
  const last = range.end.character === 0 && range.end.line >= first ? range.end.line : range.end.line + 1;
  return first === last ? String(first) : `${first}-${last}`;
}

function wholeLines(document: vscode.TextDocument, first: number, last: number): vscode.Range {
  const end = document.lineAt(Math.min(last, document.lineCount - 1)).range.end;
  return new vscode.Range(new vscode.Position(Math.min(first, end.line), 0), end);
}

type Listed = vscode.DocumentSymbol | vscode.SymbolInformation;

async function symbolsOf(document: vscode.TextDocument): Promise<SymbolLike[]> {
  const asked = vscode.commands.executeCommand<Listed[] | undefined>(
    "vscode.executeDocumentSymbolProvider",
    document.uri,
  );
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), SYMBOLS_MS);
  });
  try {
    const listed = await Promise.race([asked, late]);
    return (listed ?? []).map(symbolLike);
  } catch {
    // Another extension's failure: the line is still there.
    return [];
  } finally {
    clearTimeout(timer);
  }
}

function symbolLike(symbol: Listed): SymbolLike {
  const { start, end } = "location" in symbol ? symbol.location.range : symbol.range;
  return {
    name: symbol.name,
    kind: symbol.kind,
    startLine: start.line,
    endLine: end.line,
    children: "children" in symbol ? symbol.children.map(symbolLike) : [],
  };
}
