// Text of a provider or a backend, made safe to show outside the webview: no ANSI sequences, no invisible or
// direction-changing characters that could make it read as something else.

import { inUsersWords } from "./words/users-words.ts";

const ESCAPE = String.fromCharCode(27);
const ANSI = new RegExp(
  `${ESCAPE}(?:\\[[0-9;?]*[ -/]*[@-~]|\\][^${ESCAPE}]*(?:${ESCAPE}\\\\|$)|[@-Z\\\\-_])`,
  "g",
);
const INVISIBLE = /[\p{Cf}\u{E0000}-\u{E007F}]/gu;
const CONTROL = /\p{Cc}/gu;

export function plainText(text: string): string {
  return text
    .replace(ANSI, "")
    .replace(INVISIBLE, "")
    .replace(CONTROL, (character) => (character === "\n" || character === "\t" ? character : ""));
}

/** What happened, without the class name that stands before it in every LiteLLM message: as the backend says it. */
export function englishOf(error: { message: string }): string {
  return error.message.replace(/^litellm\.\w+: /, "");
}

/** Who calls by a program is told so; who reads this has no call to add an argument to. */
const FOR_PROGRAMS = /, or pass api_key with the call(?=$| \()/;

/** The same for a person, in the language VS Code is shown in; what a provider said begins with its name. */
export function messageOf(error: { message: string }): string {
  return inUsersWords(englishOf(error).replace(FOR_PROGRAMS, ""))
    .replace(/^([\w .()-]{1,40})Exception - /, "$1: ")
    .replace(/^\p{Ll}(?=\p{Ll}* )/u, (letter) => letter.toUpperCase());
}

/** For VS Code's notifications, which make links and commands of `[text](command:…)`: a provider's words stay words. */
export function notificationText(text: string): string {
  return plainText(text).replaceAll("](", "] (");
}
