// "EdgeQuake: Write Commit Message": what is staged (else the working tree) becomes a message that streams into
// the repository's input box. What stood there stays below it; whoever types there meanwhile has the last word.

import * as vscode from "vscode";
import { asOpenAIError, Cancelled } from "../../server/protocol/errors.ts";
import type { StartStream } from "../chat/session.ts";
import { boundDiff } from "../code/bound-diff.ts";
import { toldOf } from "../code/code-prompt.ts";
import { commitText } from "../code/commit-text.ts";
import { type GitRepository, gitApi, UNTRACKED } from "../code/git-api.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf, notificationText } from "../plain-text.ts";
import type { PromptFiles } from "../prompts/prompt-files.ts";
import { fenced } from "../prompts/prompts.ts";

/** About 15,000 tokens. */
const LONGEST_DIFF = 60_000;

export class CommitMessages {
  readonly #start: StartStream;
  readonly #models: ModelChoice;
  readonly #prompts: PromptFiles;
  readonly #running = new Map<string, () => void>();

  constructor(start: StartStream, models: ModelChoice, prompts: PromptFiles) {
    this.#start = start;
    this.#models = models;
    this.#prompts = prompts;
  }

  /** `from`: the source control whose button was pressed. */
  async write(from?: { rootUri?: vscode.Uri }): Promise<void> {
    const repository = await repositoryOf(from?.rootUri);
    if (!repository) return;
    const key = repository.rootUri.toString();
    if (this.#running.has(key)) return;
    // From here on a second press is none, and Stop works.
    const stopped = new AbortController();
    this.#running.set(key, () => stopped.abort());
    this.#tell();
    try {
      await vscode.window.withProgress({ location: vscode.ProgressLocation.SourceControl }, () =>
        this.#write(repository, stopped.signal),
      );
    } finally {
      this.#running.delete(key);
      this.#tell();
    }
  }

  async #write(repository: GitRepository, stopped: AbortSignal): Promise<void> {
    const diff = await diffOf(repository);
    if (stopped.aborted) return;
    if (diff === undefined) {
      void vscode.window.showInformationMessage(vscode.l10n.t("There are no changes to describe."));
      return;
    }
    const filled = await this.#prompts.fill("commit", {
      diff: fenced(boundDiff(diff, LONGEST_DIFF), "diff"),
    });
    const content = toldOf(filled, this.#prompts.pathOf("commit"));
    const { model } = await this.#models.inUse();
    if (stopped.aborted) return;
    const stream = this.#start({ model, messages: [{ role: "user", content }] });
    stopped.addEventListener("abort", () => stream.cancel());
    const box = new MessageBox(repository);
    try {
      for await (const { choices } of stream) {
        box.add(choices[0]?.delta.content ?? "");
        if (box.taken) stream.cancel();
      }
      const [finish] = (await stream.end).finish_reasons;
      if (finish === "content_filter")
        throw new Error(vscode.l10n.t("The provider's content filter ended the answer."));
      if (!box.finish()) throw new Error(vscode.l10n.t("The model gave no message."));
    } catch (thrown) {
      box.restore();
      const error = asOpenAIError(thrown);
      if (!(error instanceof Cancelled)) throw new Error(messageOf(error), { cause: error });
    }
  }

  stop(): void {
    for (const stop of this.#running.values()) stop();
  }

  #tell(): void {
    void vscode.commands.executeCommand(
      "setContext",
      "edgequake.writingCommitMessage",
      this.#running.size > 0,
    );
  }
}

/** The input box of a repository while a message is written into it. */
class MessageBox {
  readonly #box: GitRepository["inputBox"];
  /** What a person had written. */
  readonly #before: string;
  /** What this wrote: VS Code tells each of them once more, later than the next one is written. */
  readonly #written: Set<string>;
  #message = "";
  /** A person changed the box: it is theirs from then on. */
  taken = false;

  constructor({ inputBox }: GitRepository) {
    this.#box = inputBox;
    this.#before = inputBox.value;
    this.#written = new Set([inputBox.value]);
  }

  add(text: string): void {
    this.#message += text;
    this.#put(commitText(this.#message, true));
  }

  /** False where there is nothing to write. */
  finish(): boolean {
    const message = commitText(this.#message);
    if (message !== "") this.#put(message);
    return message !== "";
  }

  /** As it was before. */
  restore(): void {
    if (this.#written.has(this.#box.value)) this.#box.value = this.#before;
  }

  #put(message: string): void {
    if (!this.#written.has(this.#box.value)) this.taken = true;
    if (this.taken) return;
    const value = [message, this.#before].filter((part) => part.trim() !== "").join("\n\n");
    this.#written.add(value);
    this.#box.value = value;
  }
}

async function repositoryOf(root: vscode.Uri | undefined): Promise<GitRepository | undefined> {
  const { repositories } = await gitApi();
  const named = root && repositories.find(({ rootUri }) => rootUri.toString() === root.toString());
  if (named) return named;
  if (repositories.length === 0) throw new Error(vscode.l10n.t("No git repository is open."));
  const front = vscode.window.activeTextEditor?.document.uri;
  const around = repositories
    .filter(({ rootUri }) => front?.path.startsWith(`${rootUri.path}/`))
    .sort((a, b) => b.rootUri.path.length - a.rootUri.path.length);
  if (repositories.length === 1 || around[0]) return around[0] ?? repositories[0];
  const items = repositories.map((repository) => ({
    label: notificationText(vscode.workspace.asRelativePath(repository.rootUri)),
    repository,
  }));
  const title = vscode.l10n.t("Write Commit Message");
  return (await vscode.window.showQuickPick(items, { title }))?.repository;
}

async function diffOf(repository: GitRepository): Promise<string | undefined> {
  // The editor's own view of the repository may be a moment old.
  await repository.status();
  const { indexChanges, workingTreeChanges, untrackedChanges } = repository.state;
  const diff = await repository.diff(indexChanges.length > 0);
  const untracked = [...workingTreeChanges, ...untrackedChanges]
    .filter(({ status }) => status === UNTRACKED)
    .map(({ uri }) => `new file: ${vscode.workspace.asRelativePath(uri)}`);
  const told = indexChanges.length > 0 ? diff : [diff, ...untracked].filter(Boolean).join("\n");
  return told.trim() === "" ? undefined : told;
}
