// What of package.json a person reads, each with its place.

/** Fields whose text VS Code shows. */
const SHOWN = new Set([
  ...[
    "title",
    "shortTitle",
    "label",
    "name",
    "displayName",
    "fullName",
    "description",
    "contents",
    "category",
  ],
  ...["markdownDescription", "enumDescriptions", "markdownEnumDescriptions", "enumItemLabels", "altText"],
  ...["deprecationMessage", "markdownDeprecationMessage", "patternErrorMessage", "errorMessage"],
  ...["userDescription", "placeholder", "detail"],
]);

export interface ManifestText {
  place: string;
  text: string;
}

export function manifestTexts(value: unknown, place = ""): ManifestText[] {
  if (Array.isArray(value)) return value.flatMap((item, index) => manifestTexts(item, `${place}[${index}]`));
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => {
    const there = place === "" ? key : `${place}.${key}`;
    // The names of settings are no texts; what a tool takes is told to models, and both call a tool and a participant
    // by the name it is called with.
    if (key === "inputSchema") return [];
    const called = /(?:languageModelTools|chatParticipants)\[\d+\](?:\.commands\[\d+\])?$/.test(place);
    const shown = SHOWN.has(key) && !place.endsWith(".properties") && !(called && key === "name");
    const strings = typeof inner === "string" ? [inner] : Array.isArray(inner) ? inner : [];
    const own = shown ? strings.filter((text) => typeof text === "string") : [];
    return [...own.map((text) => ({ place: there, text })), ...manifestTexts(inner, there)];
  });
}

/** `%key%` -> key; undefined for a text that stands there itself. */
export function keyOf(text: string): string | undefined {
  return /^%([\w.-]+)%$/.exec(text)?.[1];
}
