// What differs between Gemini's generations, read from a model's name. A name without a version ("gemini-flash-latest")
// counts as the newest, and is spoken to in the words that all newer ones understand.
// Source: Gemini API documentation, "Models" and "Thinking".

/** 1.5, 2, 2.5, 3, …; undefined where the name tells none. */
export function generation(model: string): number | undefined {
  const version = /gemini-(?:live-)?(\d+(?:\.\d+)?)/.exec(model)?.[1];
  return version === undefined ? undefined : Number(version);
}

export function isAtLeast(model: string, version: number): boolean {
  if (/gemini-2\.0-flash-thinking/.test(model)) return version <= 2;
  if (!model.includes("gemini") && /gemma|learnlm|palm|bison|aqa/.test(model)) return false;
  return (generation(model) ?? Number.POSITIVE_INFINITY) >= version;
}

export type Size = "pro" | "flash" | "flash-lite";

export function sizeOf(model: string): Size {
  if (/flash-?lite/.test(model)) return "flash-lite";
  return model.includes("pro") ? "pro" : "flash";
}

/** Refuses calls of its own that come back unsigned. */
export function wantsSignatures(model: string): boolean {
  return isAtLeast(model, 3);
}

/** Thinks by level and not by budget; a budget is understood too. */
export function thinksByLevel(model: string): boolean {
  return generation(model) !== undefined && isAtLeast(model, 3);
}

/** Thinking can be steered at all. */
export function canThink(model: string): boolean {
  if (/tts|image|embedding|native-audio|live/.test(model)) return isAtLeast(model, 3);
  return isAtLeast(model, 2.5);
}
