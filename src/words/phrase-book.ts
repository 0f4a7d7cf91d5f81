// Sentences of the backend in another language: a table from English templates (`{0}` is what they fill in) to others.
// What is not in the table stays as it is, a provider's words above all. Pure, and bounded: a text made to take long takes no longer.

/** Anybody's prose is longer than our longest sentence with all that it fills in. */
const LONGEST = 4_000;
/** Sentences, what they fill in, and the items of a list one after the other. */
const DEEPEST = 9;
/** Looks at a text and at its parts: a real one takes a few dozen. */
const MOST_LOOKS = 600;
/** Where one sentence, one item of a list or a name before it ends. */
const BETWEEN = /(?<=\S[.!?…]) (?=\S)|; |, or |, |: /g;
const FEW_LETTERS = 14;
/** How prose begins; what our sentences begin with in place of a name is none. */
const PROSE = /^(?:the|a|an|this|that|your|you|it|please|no|there|we)\b/i;

interface Phrase {
  /** What stands between the places. */
  pieces: string[];
  places: string[];
  said: string;
}

export class PhraseBook {
  readonly #exact = new Map<string, string>();
  readonly #phrases: Phrase[];
  #looks = 0;

  constructor(table: Readonly<Record<string, string>>) {
    const phrases: (Phrase & { letters: number })[] = [];
    for (const [key, value] of Object.entries(table)) {
      // What is put behind a sentence is a sentence.
      const [template = "", said = ""] = [key, value].map((one) => one.replace(/^\. /, ""));
      const parts = template.split(/(\{\d\})/);
      const pieces = parts.filter((_, index) => index % 2 === 0);
      const places = parts.filter((_, index) => index % 2 === 1);
      if (places.length === 0) this.#exact.set(template, said);
      else phrases.push({ pieces, places, said, letters: pieces.join("").length });
    }
    // The one that says most itself.
    this.#phrases = phrases.sort((a, b) => b.letters - a.letters);
  }

  /** Of each line what is known. */
  say(text: string): string {
    if (text.length > LONGEST) return text;
    this.#looks = 0;
    return text
      .split("\n")
      .map((line) => this.#known(line, 0) ?? line)
      .join("\n");
  }

  #known(text: string, depth: number): string | undefined {
    if (depth > DEEPEST || ++this.#looks > MOST_LOOKS || !/[A-Za-z]{2}/.test(text)) return undefined;
    const exact = this.#exact.get(text);
    if (exact !== undefined) return exact;
    for (const phrase of this.#phrases) {
      const said = this.#filled(phrase, text, depth);
      if (said !== undefined) return said;
    }
    return this.#afterLabel(text, depth) ?? this.#inParts(text, depth);
  }

  #filled({ pieces, places, said }: Phrase, text: string, depth: number): string | undefined {
    const values = valuesOf(pieces, text);
    if (!values) return undefined;
    const spoken = values.map((value) => this.#known(value, depth + 1) ?? value);
    if (pieces[0] === "" && spoken[0] === values[0] && PROSE.test(values[0] ?? "")) return undefined;
    // A sentence of few words of its own is anybody's: then what it fills in must be a name, a number or ours too.
    const few = pieces.join("").replace(/\W/g, "").length < FEW_LETTERS;
    if (few && values.some((value, index) => spoken[index] === value && /\s/.test(value))) return undefined;
    return said.replace(/\{\d\}/g, (place) => spoken[places.indexOf(place)] ?? "");
  }

  /** LiteLLM's "<Provider>Exception - ", the status and the class before what a server said, the end of a sentence. */
  #afterLabel(text: string, depth: number): string | undefined {
    const [, label, rest] =
      /^((?:HTTP \d+: )?(?:[\w .()-]{1,40}Exception - |\w+(?:Error|Timeout): |\. ))(.+)$/.exec(text) ?? [];
    const said = rest === undefined ? undefined : this.#known(rest, depth + 1);
    return said === undefined ? undefined : `${label}${said}`;
  }

  /** Sentences, items of a list, a name and what is said of it: at the first place where one side is known. */
  #inParts(text: string, depth: number): string | undefined {
    for (const { index, 0: between } of text.matchAll(BETWEEN)) {
      const left = text.slice(0, index);
      // What is quoted, as a command's name is, is one.
      if (left.split('"').length % 2 === 0) continue;
      const right = text.slice(index + between.length);
      // A hint ends the sentence before it.
      const before = this.#known(left, depth + 1) ?? this.#ended(left, depth);
      const after = this.#known(right, depth + 1);
      if (before === undefined && after === undefined) continue;
      return `${before ?? left}${between === ", or " ? ", oder " : between}${after ?? right}`;
    }
    return undefined;
  }

  #ended(text: string, depth: number): string | undefined {
    if (!text.endsWith(".")) return undefined;
    const said = this.#known(text.slice(0, -1), depth + 1);
    return said === undefined ? undefined : `${said}.`;
  }
}

/** What the text has in each place; undefined = it is another sentence. */
function valuesOf(pieces: readonly string[], text: string): string[] | undefined {
  const [first = "", ...others] = pieces;
  if (!text.startsWith(first)) return undefined;
  const values: string[] = [];
  let from = first.length;
  for (const [index, piece] of others.entries()) {
    const last = index === others.length - 1;
    const to = last ? text.length - piece.length : piece === "" ? text.length : text.indexOf(piece, from);
    if (to < from || !text.startsWith(piece, to)) return undefined;
    values.push(text.slice(from, to));
    from = to + piece.length;
  }
  // Every place but those side by side holds something.
  return values.every((value, index) => value !== "" || pieces[index] === "" || pieces[index + 1] === "")
    ? values
    : undefined;
}
