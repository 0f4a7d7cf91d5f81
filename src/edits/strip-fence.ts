// Models wrap code in a fence even when asked not to. Takes one off; keeps the selection's own final line end. Pure.

export function stripFence(answer: string, original: string): string {
  const fenced = /^\s*(`{3,}|~{3,})[^\n]*\n([\s\S]*?)\n?\1\s*$/.exec(answer);
  const code = fenced ? (fenced[2] ?? "") : answer;
  const bare = code.replace(/\s+$/, "");
  const tail = /\s*$/.exec(original)?.[0] ?? "";
  return bare + tail;
}
