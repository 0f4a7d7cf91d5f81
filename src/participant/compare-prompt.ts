// "/compare openai/gpt-4o anthropic/claude-sonnet-4-5 what is this?" -> the models and the question. Pure.

export interface ComparePrompt {
  models: string[];
  question: string;
}

const MOST = 4;

/** Models are the first words that name a provider; too few are filled up from `others`, first those in use. */
export function comparePrompt(prompt: string, others: readonly string[]): ComparePrompt {
  const words = prompt.trim().split(/\s+/);
  const named: string[] = [];
  while (words.length > 0 && /^[a-z][\w-]*\/\S+$/i.test(words[0] ?? "") && named.length < MOST)
    named.push((words.shift() ?? "").replace(/,$/, ""));
  const models = [...new Set(named)];
  for (const other of others) {
    if (models.length >= 2) break;
    if (!models.includes(other)) models.push(other);
  }
  // What was written, with its own white space.
  const question =
    named.length === 0 ? prompt.trim() : prompt.trim().slice(indexAfter(prompt.trim(), named.length));
  return { models, question: question.trim() };
}

function indexAfter(text: string, words: number): number {
  const pattern = new RegExp(`^(?:\\S+\\s*){${words}}`);
  return pattern.exec(text)?.[0].length ?? 0;
}
