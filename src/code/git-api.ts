// What is used of VS Code's git extension, and how its API is reached. Types as its own documentation gives them.

import * as vscode from "vscode";

export interface GitChange {
  readonly uri: vscode.Uri;
  readonly status: number;
}
/** Of the extension's `Status`. */
export const UNTRACKED = 7;

export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly ui: { readonly selected: boolean };
  readonly state: {
    readonly indexChanges: readonly unknown[];
    readonly workingTreeChanges: readonly GitChange[];
    /** Only where a setting keeps them apart; else among those of the working tree. */
    readonly untrackedChanges: readonly GitChange[];
  };
  status(): Promise<void>;
  /** `cached`: of what is staged. */
  diff(cached?: boolean): Promise<string>;
}

export interface GitApi {
  readonly repositories: readonly GitRepository[];
}

export async function gitApi(): Promise<GitApi> {
  const extension = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>("vscode.git");
  if (!extension) throw new Error(vscode.l10n.t("VS Code's git extension is not there."));
  try {
    return (await extension.activate()).getAPI(1);
  } catch {
    throw new Error(vscode.l10n.t("VS Code's git extension is disabled, or git is not installed."));
  }
}
