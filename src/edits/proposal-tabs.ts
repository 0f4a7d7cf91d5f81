// The diffs of proposed edits among VS Code's tabs.

import * as vscode from "vscode";

export const PROPOSAL_SCHEME = "edgequake-edit";

/** The proposed document of a tab that shows one. */
export function proposalOf(tab: vscode.Tab | undefined): vscode.Uri | undefined {
  const input = tab?.input;
  return input instanceof vscode.TabInputTextDiff && input.modified.scheme === PROPOSAL_SCHEME
    ? input.modified
    : undefined;
}

export function proposalInFront(): vscode.Uri | undefined {
  return proposalOf(vscode.window.tabGroups.activeTabGroup.activeTab);
}

export function tabsOf(key: string): vscode.Tab[] {
  return vscode.window.tabGroups.all
    .flatMap(({ tabs }) => tabs)
    .filter((tab) => proposalOf(tab)?.toString() === key);
}
