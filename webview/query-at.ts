// What is being written at the cursor that a list may complete: "@" for something to bring along, "/" as the first
// character for a command. Pure.

export interface QueryAt {
  /** With its first character. */
  query: string;
  start: number;
  end: number;
}

export function queryAt(text: string, cursor: number): QueryAt | undefined {
  const before = text.slice(0, cursor);
  const found = /^\/\S*$/.exec(before) ?? /(?<=^|\s)@[^\s@]*$/.exec(before);
  return found ? { query: found[0], start: found.index, end: cursor } : undefined;
}
