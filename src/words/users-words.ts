// What the backend says, in the language VS Code is shown in. The backend itself speaks English to everybody, so that a
// message is the same for programs, other editors and logs; only what a person reads passes here.

import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { PhraseBook } from "./phrase-book.ts";

let place: { language: string; folder: string } | undefined;
let book: PhraseBook | null | undefined;

/** `folder`: the extension's l10n folder. Nothing is read before there is something to say. */
export function speak(language: string, folder: string): void {
  place = { language, folder };
  book = undefined;
}

export function inUsersWords(text: string): string {
  book ??= open();
  return book?.say(text) ?? text;
}

function open(): PhraseBook | null {
  if (!place || /^en\b/i.test(place.language)) return null;
  const { language, folder } = place;
  // "de-AT" is German too.
  const files = [language, language.split("-")[0]].map((name) => join(folder, `backend.${name}.json`));
  const file = files.find((one) => existsSync(one));
  return file === undefined
    ? null
    : new PhraseBook(JSON.parse(readFileSync(file, "utf8")) as Record<string, string>);
}
