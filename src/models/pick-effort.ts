// "EdgeQuake: Select Thinking Effort": how hard the chat's models think before they answer, those that do.

import * as vscode from "vscode";
import { AS_IT_DOES, EFFORTS } from "./effort.ts";
import { effortWords } from "./effort-words.ts";
import type { ModelChoice } from "./model-choice.ts";

export async function pickEffort(models: ModelChoice): Promise<void> {
  const { model } = await models.inUse();
  const known = (await models.effortOf(model)) !== null;
  const words = effortWords();
  const now = models.effort;
  const items = EFFORTS.map((effort) => ({
    effort,
    label: words[effort],
    ...(effort === now ? { description: vscode.l10n.t("in use") } : {}),
    ...(effort === AS_IT_DOES ? { detail: vscode.l10n.t("The model decides by itself.") } : {}),
  }));
  const chosen = await vscode.window.showQuickPick(items, {
    title: vscode.l10n.t("Thinking Effort"),
    placeHolder: known
      ? vscode.l10n.t("How hard {0} thinks before it answers", model)
      : vscode.l10n.t("{0} is not known to think: this holds for models that do", model),
  });
  if (chosen) await models.chooseEffort(chosen.effort);
}
