// The commands on code, the commit message and the terminal, as the palette, menus, lightbulb and keys run them.

import * as vscode from "vscode";
import type { StartStream } from "../chat/session.ts";
import { type Asked, type AskingChat, askAboutCode } from "../commands/ask-about-code.ts";
import { CommitMessages } from "../commands/commit-message.ts";
import { type Edit, editCode } from "../commands/edit-code.ts";
import { editPrompt, promptAction } from "../commands/edit-prompt.ts";
import { explainTerminal } from "../commands/explain-terminal.ts";
import type { Proposals } from "../edits/proposal.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { CodeActions, PROVIDED } from "./code-actions.ts";

export interface CodeRoom {
  chat: AskingChat;
  start: StartStream;
  models: ModelChoice;
  proposals: Proposals;
  prompts: PromptFiles;
}

/** Names without "edgequake.". */
export function codeCommands(room: CodeRoom): {
  commands: Record<string, (...args: never[]) => unknown>;
  lightbulb: vscode.Disposable;
} {
  const actions = new CodeActions();
  const commit = new CommitMessages(room.start, room.models, room.prompts);
  const chosen = (): vscode.Range | undefined => actions.takeChosen(vscode.window.activeTextEditor?.document);
  // A menu gives its commands what was clicked, which is no text.
  const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);
  const ask =
    (action: Asked) =>
    (given?: unknown): Promise<void> =>
      askAboutCode(action, room.chat, room.prompts, chosen(), text(given));
  const edit =
    (action: Edit) =>
    (given?: unknown): Promise<void> =>
      editCode(action, room, chosen(), text(given));
  return {
    commands: {
      explainSelection: ask("explain"),
      fix: edit("fix"),
      editSelection: edit("edit"),
      document: edit("document"),
      generateTests: ask("tests"),
      review: ask("review"),
      askAboutSelection: ask("ask"),
      stopEdit: (uri?: vscode.Uri) => room.proposals.stop(uri),
      editPrompt: (action?: unknown) => editPrompt(room.prompts, promptAction(action)),
      commitMessage: (from?: { rootUri?: vscode.Uri }) => commit.write(from),
      stopCommitMessage: () => commit.stop(),
      explainTerminal: () => explainTerminal(room.chat, room.prompts),
    },
    lightbulb: vscode.languages.registerCodeActionsProvider({ scheme: "*" }, actions, {
      providedCodeActionKinds: PROVIDED,
    }),
  };
}
