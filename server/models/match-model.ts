// Which row of a price list a model name means: the row that is named so, else the one whose longest condition fits,
// else the same without a date or version at its end. Deterministic: the order of the rows decides nothing but ties.

export type Match =
  | { equals: string }
  | { starts_with: string }
  | { ends_with: string }
  | { contains: string }
  | { regex: string }
  | { or: Match[] }
  | { and: Match[] };

interface Row {
  id: string;
  match: Match;
}

export interface Found<R> {
  row: R;
  /** False where only the name without its date or version is known: another date may cost something else. */
  exact: boolean;
}

/** `name` in lower case. */
export function findRow<R extends Row>(rows: readonly R[], name: string): Found<R> | undefined {
  const { forms, undated } = formsOf(name);
  for (const form of forms) {
    const row = rows.find(({ id }) => id.toLowerCase() === form) ?? mostSpecific(rows, form);
    if (row) return { row, exact: form !== undated };
  }
  return undefined;
}

export function fallbacksOf<P extends { fallback_model_providers?: string[] }>(
  own: P,
  all: ReadonlyMap<string, P>,
): P[] {
  return (own.fallback_model_providers ?? []).flatMap((id) => all.get(id) ?? []);
}

/** The name as it is, then as others write the same name: never a shorter model name of another model. */
function formsOf(name: string): { forms: string[]; undated?: string } {
  const tuned = /^ft:([^:]+):/.exec(name)?.[1];
  if (tuned !== undefined) return { forms: [`${tuned}.ft-`] };
  // Vertex AI writes claude-sonnet-4@20250514.
  const forms = name.includes("@") ? [name, name.replace("@", "-")] : [name];
  const undated = name.replace(DATE_OR_VERSION, "");
  return undated === name || undated === "" ? { forms } : { forms: [...forms, undated], undated };
}

/** "-2026-01-15", "-20260115", "@001", "-001", "-latest", "-v1:0". */
const DATE_OR_VERSION = /[-@](?:20\d{2}-?[01]\d-?[0-3]\d|\d{3}|latest|default|v\d+(?::\d+)?)$/;

function mostSpecific<R extends Row>(rows: readonly R[], name: string): R | undefined {
  let best: R | undefined;
  let length = 0;
  for (const row of rows) {
    const fits = reach(row.match, name);
    if (fits > length) {
      best = row;
      length = fits;
    }
  }
  return best;
}

/** How much of the name the condition names, in characters; 0 = it does not hold. An exact name beats everything. */
function reach(match: Match, name: string): number {
  if ("or" in match) return Math.max(0, ...match.or.map((one) => reach(one, name)));
  if ("and" in match) {
    const fits = match.and.map((one) => reach(one, name));
    return fits.includes(0) ? 0 : Math.max(...fits);
  }
  if ("equals" in match) return name === match.equals.toLowerCase() ? name.length + 1 : 0;
  if ("starts_with" in match)
    return lengthIf(name.startsWith(match.starts_with.toLowerCase()), match.starts_with);
  if ("ends_with" in match) return lengthIf(name.endsWith(match.ends_with.toLowerCase()), match.ends_with);
  if ("contains" in match) return lengthIf(name.includes(match.contains.toLowerCase()), match.contains);
  return patternOf(match.regex).test(name) ? Math.max(1, literal(match.regex)) : 0;
}

const lengthIf = (holds: boolean, text: string): number => (holds ? text.length : 0);

/** What a pattern says plainly at its start: "^gemini-3\\.5-flash-\\d" says 17 characters. */
function literal(source: string): number {
  return /^\^?((?:[\w-]|\\[.-])*)/.exec(source)?.[1]?.replaceAll("\\", "").length ?? 0;
}

const patterns = new Map<string, RegExp>();
/** The patterns are the price list's own, some dozens. */
function patternOf(source: string): RegExp {
  let pattern = patterns.get(source);
  if (!pattern) {
    pattern = new RegExp(source);
    patterns.set(source, pattern);
  }
  return pattern;
}
