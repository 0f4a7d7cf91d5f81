// Prompts are Markdown files with placeholders, one per action. Filling one is pure: what is put in is never read as
// a placeholder itself, and a placeholder that is not known stays as it is and is named.

export const PROMPT_ACTIONS = [
  "explain",
  "fix",
  "edit",
  "document",
  "tests",
  "review",
  "ask",
  "commit",
  "terminal",
] as const;
export type PromptAction = (typeof PROMPT_ACTIONS)[number];

/** What a prompt may ask for; what an action does not have is "". */
export interface PromptValues {
  /** The code, in a fence that it cannot close. */
  code?: string;
  /** VS Code's language id. */
  language?: string;
  /** Path within the workspace. */
  file?: string;
  /** "3" or "3-20". */
  lines?: string;
  /** What the person typed. */
  instruction?: string;
  /** Problems at the code, one a line. */
  diagnostics?: string;
  /** A git diff, in a fence. */
  diff?: string;
  /** What a terminal shows, in a fence. */
  output?: string;
}
export const PLACEHOLDERS: readonly (keyof PromptValues)[] = [
  "code",
  "language",
  "file",
  "lines",
  "instruction",
  "diagnostics",
  "diff",
  "output",
];

/** `{{name}}`, or `{{#name}}…{{/name}}`: that part only where there is such a value. */
const PLACEHOLDER = /\{\{#(\w+)\}\}(?:\n)?([\s\S]*?)\{\{\/\1\}\}(?:\n)?|\{\{(\w+)\}\}/g;
/** The first comment tells people about the file and is no part of the prompt. */
const HEAD = /^\uFEFF?\s*<!--[\s\S]*?-->/;

export interface FilledPrompt {
  text: string;
  /** Placeholders nobody knows: a typing error in the user's file. */
  unknown: string[];
}

export function fillPrompt(template: string, values: PromptValues): FilledPrompt {
  const unknown = new Set<string>();
  const valueFor = (name: string): string | undefined => {
    if ((PLACEHOLDERS as readonly string[]).includes(name)) return values[name as keyof PromptValues] ?? "";
    unknown.add(name);
    return undefined;
  };
  const fill = (text: string): string =>
    text.replace(PLACEHOLDER, (whole: string, section?: string, inner?: string, name?: string) => {
      if (section === undefined) return valueFor(name ?? "") ?? whole;
      const value = valueFor(section);
      if (value === undefined) return whole;
      return value.trim() === "" ? "" : fill(inner ?? "");
    });
  const text = fill(template.replace(/\r\n?/g, "\n").replace(HEAD, "")).trim();
  return { text, unknown: [...unknown] };
}

/** A fence that is longer than any the text holds. */
export function fenced(text: string, language = ""): string {
  const longest = Math.max(2, ...(text.match(/`+/g) ?? []).map((run) => run.length));
  const fence = "`".repeat(longest + 1);
  return `${fence}${language}\n${text.replace(/\n$/, "")}\n${fence}`;
}
