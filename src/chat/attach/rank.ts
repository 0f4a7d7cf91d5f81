// Which paths fit what a person typed after "@": the name first, then the path, then letters in order. Pure.

export function rankPaths<T>(
  items: readonly T[],
  pathOf: (item: T) => string,
  query: string,
  most: number,
): T[] {
  const wanted = query.toLowerCase();
  const scored = items.flatMap((item) => {
    const path = pathOf(item);
    const score = scoreOf(path.toLowerCase(), wanted);
    return score === undefined ? [] : [{ item, path, score }];
  });
  scored.sort((a, b) => a.score - b.score || a.path.length - b.path.length || (a.path < b.path ? -1 : 1));
  return scored.slice(0, most).map(({ item }) => item);
}

/** The smaller the better; undefined = does not fit. */
function scoreOf(path: string, wanted: string): number | undefined {
  if (wanted === "") return 0;
  const name = path.slice(path.lastIndexOf("/") + 1);
  if (name === wanted) return 0;
  if (name.startsWith(wanted)) return 1;
  if (name.includes(wanted)) return 2;
  if (path.includes(wanted)) return 3;
  let from = 0;
  for (const letter of wanted) {
    from = path.indexOf(letter, from) + 1;
    if (from === 0) return undefined;
  }
  return 4;
}
