// "EdgeQuake: Diagnose": what a call to the chosen model needs, tried step by step, as a document to read and copy.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { Diagnosis } from "../../server/protocol/results.ts";
import { diagnosisText, remoteHint, type Surroundings } from "../diagnosis-text.ts";
import type { ModelChoice } from "../models/model-choice.ts";
import { messageOf } from "../plain-text.ts";
import type { TextDocuments } from "../text-documents.ts";

export interface Diagnose {
  models: ModelChoice;
  client(): Promise<Client>;
  documents: TextDocuments;
  version: string;
}

/** `wanted`: a model, or a provider's id. */
export async function diagnose(parts: Diagnose, wanted?: string): Promise<void> {
  const { models, documents, version } = parts;
  const surroundings: Surroundings = {
    at: new Date(),
    editor: `${vscode.env.appName} ${vscode.version}`,
    version,
    remote: vscode.env.remoteName,
    web: vscode.env.uiKind === vscode.UIKind.Web,
  };
  const diagnosis = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Notification, title: vscode.l10n.t("Diagnosing"), cancellable: true },
    async (progress, token) => {
      const stop = new AbortController();
      token.onCancellationRequested(() => stop.abort());
      const model = wanted ?? (await models.inUse()).model;
      const found = await examine(parts, model, stop.signal, (message) => progress.report({ message }));
      return token.isCancellationRequested ? undefined : found;
    },
  );
  if (!diagnosis) return;
  const hint = remoteHint(diagnosis, surroundings);
  if (hint) diagnosis.steps.push(hint);
  await documents.show("diagnosis.md", diagnosisText(diagnosis, surroundings));
}

async function examine(
  { client }: Diagnose,
  model: string,
  signal: AbortSignal,
  tell: (message: string) => void,
): Promise<Diagnosis> {
  const found: Diagnosis = { model, provider: null, steps: [] };
  // Of a provider alone no model is called.
  const whole = model.includes("/");
  const parts = [
    ["configuration", vscode.l10n.t("backend and configuration")],
    ["connection", vscode.l10n.t("the way to {0}", model)],
    ...(whole ? ([["call", vscode.l10n.t("a small call")]] as const) : []),
  ] as const;
  try {
    const ready = await client();
    for (const [part, words] of parts) {
      tell(words);
      const { provider, steps } = await ready.request(
        "edgequake/diagnose",
        { model: whole ? model : `${model}/any`, parts: [part] },
        { signal },
      );
      found.provider = provider;
      found.steps.push(...steps);
      // What is behind a closed way need not be asked, and would say the same in other words.
      if (steps.some(({ name, outcome }) => outcome === "failed" && name !== "http")) break;
    }
  } catch (error) {
    if (!signal.aborted)
      found.steps.push({ name: "backend", outcome: "failed", message: messageOf(error as Error) });
  }
  return found;
}
