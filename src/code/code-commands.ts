// The commands on code, the commit message and the terminal, as the palette, menus, lightbulb and keys run them, and
// the lightbulb itself. What they do is loaded with the first of them.

import * as vscode from "vscode";
import { CodeActions, PROVIDED } from "./code-actions.ts";
import type { CodeRoom, CodeRoomOptions } from "./code-room.ts";

/** Names without "edgequake.". */
const COMMANDS = [
  "explainSelection",
  "fix",
  "editSelection",
  "document",
  "generateTests",
  "review",
  "askAboutSelection",
  "acceptEdit",
  "discardEdit",
  "stopEdit",
  "editPrompt",
  "commitMessage",
  "stopCommitMessage",
  "explainTerminal",
] as const;
export type CodeCommandName = (typeof COMMANDS)[number];

export class CodeCommands implements vscode.Disposable {
  readonly #options: CodeRoomOptions;
  readonly #actions = new CodeActions();
  readonly #lightbulb = vscode.languages.registerCodeActionsProvider({ scheme: "*" }, this.#actions, {
    providedCodeActionKinds: PROVIDED,
  });
  #room: Promise<CodeRoom> | undefined;

  constructor(options: CodeRoomOptions) {
    this.#options = options;
  }

  readonly commands = Object.fromEntries(COMMANDS.map((name) => [name, this.#run(name)]));

  /** A replacement that is there already, as a diff. */
  async show(...edit: Parameters<CodeRoom["proposals"]["show"]>): Promise<void> {
    await (await this.#open()).proposals.show(...edit);
  }

  dispose(): void {
    this.#lightbulb.dispose();
    void this.#room?.then(({ proposals }) => proposals.dispose());
  }

  #run(name: CodeCommandName): (given?: unknown) => Promise<unknown> {
    return async (given) => {
      // Now: it holds for a moment, and for the editor in front.
      const chosen = this.#actions.takeChosen(vscode.window.activeTextEditor?.document);
      return (await this.#open()).commands[name](chosen, given);
    };
  }

  #open(): Promise<CodeRoom> {
    this.#room ??= import("./code-room.ts").then(({ openCodeRoom }) => openCodeRoom(this.#options));
    return this.#room;
  }
}
