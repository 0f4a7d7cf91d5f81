// The symbol around a line, out of what a language's extension lists. Pure, on line numbers.

export interface SymbolLike {
  name: string;
  /** VS Code's SymbolKind. */
  kind: number;
  startLine: number;
  endLine: number;
  children: readonly SymbolLike[];
}

/** File, Module, Namespace and Package hold too much to be meant by a cursor. */
const TOO_WIDE = new Set([0, 1, 2, 3]);
/** Class, Method, Constructor, Enum, Interface, Function, Struct, Operator. */
const WHOLE = new Set([4, 5, 8, 9, 10, 11, 22, 24]);

/** The innermost one that is a piece of code of its own: a function, a class, or anything of several lines. */
export function enclosingSymbol(symbols: readonly SymbolLike[], line: number): SymbolLike | undefined {
  let found: SymbolLike | undefined;
  for (const symbol of symbols) {
    if (line < symbol.startLine || line > symbol.endLine) continue;
    const inner = enclosingSymbol(symbol.children, line);
    const own = !TOO_WIDE.has(symbol.kind) && (WHOLE.has(symbol.kind) || symbol.endLine > symbol.startLine);
    const candidate = inner ?? (own ? symbol : undefined);
    if (!candidate) continue;
    const size = candidate.endLine - candidate.startLine;
    // Some extensions give a flat list.
    if (!found || size < found.endLine - found.startLine) found = candidate;
  }
  return found;
}
