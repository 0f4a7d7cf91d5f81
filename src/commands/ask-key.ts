// The box a key is typed into: nothing is echoed, what is wrong is said while it is typed, and so is where secrets do not
// last.

import * as vscode from "vscode";
import { checkKey, type KeyProblem } from "../keys/check-key.ts";
import type { Keeping } from "../keys/keeping.ts";
import { UNNAMED } from "../secrets.ts";

/** undefined: none was typed. */
export async function askKey(
  keeping: Keeping,
  { id, label }: { id: string; label: string },
  origin: string,
  name: string,
): Promise<string | undefined> {
  const lost = keepingWarning(keeping);
  const where = vscode.l10n.t("Kept in VS Code's secret storage and sent to {0} only.", origin);
  return vscode.window
    .showInputBox({
      title:
        name === UNNAMED
          ? vscode.l10n.t("API key for {0}", label)
          : vscode.l10n.t("API key for {0}: {1}", label, name),
      prompt:
        lost === undefined
          ? where
          : `${where} ${lost} ${vscode.l10n.t("An environment variable or config.toml keeps it.")}`,
      password: true,
      ignoreFocusOut: true,
      validateInput: (value) => {
        const problem = value.trim() === "" ? undefined : checkKey(value, id);
        if (problem === undefined) return undefined;
        const severity =
          problem.what === "other"
            ? vscode.InputBoxValidationSeverity.Warning
            : vscode.InputBoxValidationSeverity.Error;
        return { message: wordsOf(problem), severity };
      },
    })
    .then((typed) => (typed === undefined || typed.trim() === "" ? undefined : typed));
}

function wordsOf(problem: KeyProblem): string {
  switch (problem.what) {
    case "empty":
      return vscode.l10n.t("The key is empty.");
    case "invisible":
      return vscode.l10n.t(
        "The key holds a line break or an invisible character. Paste it again, on one line.",
      );
    case "space":
      return vscode.l10n.t("The key holds a space. Paste the key alone.");
    case "character":
      return vscode.l10n.t("The key holds a character that no key has.");
    case "address":
      return vscode.l10n.t("This is an address, and no key.");
    case "other":
      return vscode.l10n.t("This looks like a key for {0}.", problem.whose);
  }
}

/** What a person should know of a secret storage that forgets; undefined = nothing. */
export function keepingWarning(kept: Keeping): string | undefined {
  if (kept === "lost") {
    return vscode.l10n.t(
      "This VS Code does not persist secrets: keys stored here are gone when it closes, as the last ones were.",
    );
  }
  if (kept === "unknown" && vscode.env.uiKind === vscode.UIKind.Web) {
    return vscode.l10n.t(
      "VS Code in a browser often does not persist secrets: a key stored here may be gone when the page closes.",
    );
  }
  return undefined;
}
