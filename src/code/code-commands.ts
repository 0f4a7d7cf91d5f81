// The commands on code, the commit message and the terminal, as the palette, menus, lightbulb and keys run them, and
// the lightbulb itself. What they do is loaded with the first of them.

import * as vscode from "vscode";
import { CodeActions, PROVIDED } from "./code-actions.ts";
import type { CodeCommandName, CodeRoom, CodeRoomOptions } from "./code-room.ts";

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

  /** Names without "edgequake.". */
  readonly commands: Readonly<Record<CodeCommandName, (given?: unknown) => Promise<unknown>>> = {
    explainSelection: this.#run("explainSelection"),
    fix: this.#run("fix"),
    editSelection: this.#run("editSelection"),
    document: this.#run("document"),
    generateTests: this.#run("generateTests"),
    review: this.#run("review"),
    askAboutSelection: this.#run("askAboutSelection"),
    acceptEdit: this.#run("acceptEdit"),
    discardEdit: this.#run("discardEdit"),
    stopEdit: this.#run("stopEdit"),
    editPrompt: this.#run("editPrompt"),
    commitMessage: this.#run("commitMessage"),
    stopCommitMessage: this.#run("stopCommitMessage"),
    explainTerminal: this.#run("explainTerminal"),
  };

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
