// The commands that may stand before a question, as data: what each is, and what it needs. Their prompts are files the
// user can override.

import type { PromptAction } from "../prompts/prompts.ts";

/** What the chat does itself; the rest is asked of the model. */
export type ChatAction = "clear" | "model" | "compare" | "export" | "history" | "help";

export type SlashCommand =
  | { name: SlashName; asks: PromptAction; needs: "code" | "diff" }
  | { name: SlashName; action: ChatAction };
export type SlashName = ChatAction | "explain" | "fix" | "tests" | "doc" | "review" | "commit";

export const SLASH_COMMANDS: readonly SlashCommand[] = [
  { name: "explain", asks: "explain", needs: "code" },
  { name: "fix", asks: "fix", needs: "code" },
  { name: "tests", asks: "tests", needs: "code" },
  { name: "doc", asks: "document", needs: "code" },
  { name: "review", asks: "review", needs: "code" },
  { name: "commit", asks: "commit", needs: "diff" },
  { name: "clear", action: "clear" },
  { name: "model", action: "model" },
  { name: "compare", action: "compare" },
  { name: "export", action: "export" },
  { name: "history", action: "history" },
  { name: "help", action: "help" },
];

/** undefined = an ordinary question, also one that begins with a path: "/etc/hosts is …". */
export function slashCommandOf(text: string): { command: SlashCommand; rest: string } | undefined {
  const [, name, rest = ""] = /^\/([a-z]+)(?:\s+([\s\S]*))?$/.exec(text.trim()) ?? [];
  const command = SLASH_COMMANDS.find((one) => one.name === name);
  return command && { command, rest: rest.trim() };
}
