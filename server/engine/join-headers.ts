// Headers of several sources become one set: the later source wins, except where a header is a list, which all of them
// add to. Names are lower case on all sides. Pure.

export function joinHeaders(
  sources: readonly Readonly<Record<string, string>>[],
  lists: readonly string[] = [],
): Record<string, string> {
  const joined: Record<string, string> = Object.assign({}, ...sources);
  for (const name of lists) {
    const words = sources.flatMap((one) => one[name]?.split(",") ?? []).map((word) => word.trim());
    const told = [...new Set(words)].filter((word) => word !== "");
    if (told.length > 0) joined[name] = told.join(",");
  }
  return joined;
}
