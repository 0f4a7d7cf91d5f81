// "EdgeQuake: Edit Selection…": an instruction, the model's replacement streamed behind a progress that can be
// stopped, then a diff to accept or discard. An answer that is cut, failed or stopped is never proposed.

import * as vscode from "vscode";
import { asOpenAIError, Cancelled } from "../../server/protocol/errors.ts";
import type { StartStream } from "../chat/session.ts";
import type { Proposals } from "../edits/proposal.ts";
import { type SelectedCode, selectedCode } from "../edits/selection.ts";
import { stripFence } from "../edits/strip-fence.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf, notificationText } from "../plain-text.ts";

const SYSTEM =
  "You edit code. You are given a piece of code and an instruction. Answer with the edited code alone: no explanation, no fence, same indentation.";

/** `given` is the instruction when another extension or a keybinding runs the command with one. */
export async function editSelection(
  start: StartStream,
  models: ModelChoice,
  proposals: Proposals,
  given?: string,
): Promise<void> {
  const code = selectedCode(vscode.window.activeTextEditor);
  if (!code) {
    void vscode.window.showInformationMessage(vscode.l10n.t("Select the code to edit first."));
    return;
  }
  // Where it stood when it was selected: the document may change while a person types the instruction.
  const offset = code.document.offsetAt(code.range.start);
  const instruction = given ?? (await askInstruction());
  if (!instruction) return;
  const answer = await ask(start, (await models.inUse()).model, code, instruction);
  if (answer === undefined) return;
  const replacement = stripFence(answer, code.text);
  if (replacement.trim() === "") {
    void vscode.window.showWarningMessage(vscode.l10n.t("The model gave no code; nothing was changed."));
    return;
  }
  await proposals.show(code.document, offset, code.text, replacement);
}

let lastInstruction = "";

/** What was typed is offered again after a failure. */
async function askInstruction(): Promise<string | undefined> {
  const instruction = await vscode.window.showInputBox({
    title: vscode.l10n.t("Edit Selection"),
    prompt: vscode.l10n.t("What should change?"),
    value: lastInstruction,
    ignoreFocusOut: true,
  });
  if (instruction === undefined || instruction.trim() === "") return undefined;
  lastInstruction = instruction;
  return instruction;
}

async function ask(
  start: StartStream,
  model: string,
  code: SelectedCode,
  instruction: string,
): Promise<string | undefined> {
  const stream = start({
    model,
    messages: [
      { role: "system", content: SYSTEM },
      {
        role: "user",
        content: `Instruction: ${instruction}\n\nLanguage: ${code.document.languageId}\n\nCode:\n${code.text}`,
      },
    ],
  });
  const options = {
    location: vscode.ProgressLocation.Notification,
    title: vscode.l10n.t("EdgeQuake is editing the selection"),
    cancellable: true,
  };
  try {
    return await vscode.window.withProgress(options, async (progress, token) => {
      token.onCancellationRequested(() => stream.cancel());
      let text = "";
      for await (const { choices } of stream) {
        text += choices[0]?.delta.content ?? "";
        progress.report({ message: vscode.l10n.t("{0} characters", text.length) });
      }
      const [finish] = (await stream.end).finish_reasons;
      if (finish === "length")
        throw new Error(vscode.l10n.t("The answer reached the model's length limit and is cut."));
      if (finish === "content_filter")
        throw new Error(vscode.l10n.t("The provider's content filter ended the answer."));
      lastInstruction = "";
      return text;
    });
  } catch (thrown) {
    const error = asOpenAIError(thrown);
    if (!(error instanceof Cancelled)) {
      void vscode.window.showErrorMessage(
        vscode.l10n.t("Nothing was changed. {0}", notificationText(messageOf(error))),
      );
    }
    return undefined;
  }
}
