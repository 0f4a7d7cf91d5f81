// The lightbulb: Fix where there are problems, the other actions as refactorings. An action carries no arguments;
// where it was offered is remembered when it is chosen, since the cursor may stand elsewhere (a hover's Quick Fix).

import * as vscode from "vscode";
import { PROPOSAL_SCHEME } from "../edits/proposal-tabs.ts";

const KINDS = {
  fix: vscode.CodeActionKind.QuickFix.append("edgequake"),
  edit: vscode.CodeActionKind.RefactorRewrite.append("edgequake.edit"),
  document: vscode.CodeActionKind.RefactorRewrite.append("edgequake.document"),
  other: vscode.CodeActionKind.Refactor.append("edgequake"),
};
export const PROVIDED = [vscode.CodeActionKind.QuickFix, vscode.CodeActionKind.Refactor];

/** What nobody edits by hand. */
const NOT_CODE = new Set([PROPOSAL_SCHEME, "output", "git", "vscode", "edgequake-text", "comment"]);

/** Its command runs at once; one that runs later came another way. */
const JUST_CHOSEN_MS = 2_000;

class OfferedAction extends vscode.CodeAction {
  readonly document: vscode.TextDocument;
  readonly range: vscode.Range;
  constructor(
    document: vscode.TextDocument,
    range: vscode.Range,
    title: string,
    kind: vscode.CodeActionKind,
    command: string,
  ) {
    super(title, kind);
    this.document = document;
    this.range = range;
    this.command = { command, title };
  }
}

export class CodeActions implements vscode.CodeActionProvider<vscode.CodeAction> {
  #chosen: { action: OfferedAction; at: number } | undefined;

  provideCodeActions(
    document: vscode.TextDocument,
    range: vscode.Range,
    { diagnostics, only }: vscode.CodeActionContext,
  ): vscode.CodeAction[] {
    if (NOT_CODE.has(document.uri.scheme)) return [];
    const offer = (title: string, kind: vscode.CodeActionKind, command: string): OfferedAction =>
      new OfferedAction(document, range, title, kind, `edgequake.${command}`);
    const actions: OfferedAction[] = [];
    if (diagnostics.length > 0) {
      const fix = offer(vscode.l10n.t("Fix with EdgeQuake"), KINDS.fix, "fix");
      fix.diagnostics = [...diagnostics];
      actions.push(fix);
    }
    // A bulb on every line would be noise: without a problem it takes a selection, or somebody who asks.
    if (!range.isEmpty || only !== undefined) {
      actions.push(
        offer(vscode.l10n.t("Edit with EdgeQuake…"), KINDS.edit, "editSelection"),
        offer(vscode.l10n.t("Document with EdgeQuake"), KINDS.document, "document"),
        offer(vscode.l10n.t("Explain with EdgeQuake"), KINDS.other, "explainSelection"),
        offer(vscode.l10n.t("Review with EdgeQuake"), KINDS.other, "review"),
        offer(vscode.l10n.t("Generate Tests with EdgeQuake"), KINDS.other, "generateTests"),
      );
    }
    return actions.filter(({ kind }) => only === undefined || (kind !== undefined && only.contains(kind)));
  }

  /** VS Code resolves what somebody chose, right before it runs its command. */
  resolveCodeAction(action: vscode.CodeAction): vscode.CodeAction {
    this.#chosen = action instanceof OfferedAction ? { action, at: performance.now() } : undefined;
    return action;
  }

  /** Where the action that runs now was offered; undefined when the command came another way. */
  takeChosen(document: vscode.TextDocument | undefined): vscode.Range | undefined {
    const chosen = this.#chosen;
    this.#chosen = undefined;
    if (!chosen || chosen.action.document !== document || chosen.action.range.isEmpty) return undefined;
    return performance.now() - chosen.at < JUST_CHOSEN_MS ? chosen.action.range : undefined;
  }
}
