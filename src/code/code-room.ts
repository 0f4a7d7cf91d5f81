// What the commands on code, the commit message and the terminal do, and the edits they propose. Loaded with the first
// of them (code-commands.ts).

import * as vscode from "vscode";
import type { StartStream } from "../chat/session.ts";
import { type AskingChat, askAboutCode } from "../commands/ask-about-code.ts";
import { CommitMessages } from "../commands/commit-message.ts";
import { editCode } from "../commands/edit-code.ts";
import { Proposals } from "../edits/proposal.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import type { CodeCommandName } from "./code-commands.ts";

export interface CodeRoomOptions {
  chat: AskingChat;
  start: StartStream;
  models: ModelChoice;
  prompts: PromptFiles;
}

/** `chosen`: where a code action was chosen. */
export type CodeCommand = (chosen: vscode.Range | undefined, given: unknown) => unknown;

export interface CodeRoom {
  proposals: Proposals;
  commands: Readonly<Record<CodeCommandName, CodeCommand>>;
}

export function openCodeRoom(options: CodeRoomOptions): CodeRoom {
  const { chat, start, models, prompts } = options;
  const proposals = new Proposals();
  const commit = new CommitMessages(start, models, prompts);
  // A menu gives its commands what was clicked, which is no text.
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const uri = (value: unknown): vscode.Uri | undefined => (value instanceof vscode.Uri ? value : undefined);
  const ask =
    (action: Parameters<typeof askAboutCode>[0]): CodeCommand =>
    (chosen, given) =>
      askAboutCode(action, chat, prompts, chosen, text(given));
  const edit =
    (action: Parameters<typeof editCode>[0]): CodeCommand =>
    (chosen, given) =>
      editCode(action, { start, models, proposals, prompts }, chosen, text(given));
  return {
    proposals,
    commands: {
      explainSelection: ask("explain"),
      fix: edit("fix"),
      editSelection: edit("edit"),
      document: edit("document"),
      generateTests: ask("tests"),
      review: ask("review"),
      askAboutSelection: ask("ask"),
      acceptEdit: (_, from) => proposals.accept(uri(from)),
      discardEdit: (_, from) => proposals.discard(uri(from)),
      stopEdit: (_, from) => proposals.stop(uri(from)),
      editPrompt: async (_, action) => {
        const { editPrompt, promptAction } = await import("../setup.ts");
        await editPrompt(prompts, promptAction(action));
      },
      commitMessage: (_, from) => commit.write(from as { rootUri?: vscode.Uri } | undefined),
      stopCommitMessage: () => commit.stop(),
      explainTerminal: async () => (await import("../setup.ts")).explainTerminal(chat, prompts),
    },
  };
}
