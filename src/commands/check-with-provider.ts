// Whether a provider takes the key that was just stored: asked for its list of models, which costs nothing. What could
// not be found out is said so, and never taken for success.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { ProviderStatus } from "../../server/protocol/results.ts";
import { messageOf, notificationText } from "../plain-text.ts";

/** How long the provider is asked. */
const SECONDS = 10;

export type Checked =
  /** What the provider said. */
  | { refused: string }
  /** doubtful: it could not be asked. */
  | { text: string; doubtful: boolean };

export async function checkWithProvider(
  client: () => Promise<Client>,
  { id, label }: ProviderStatus,
): Promise<Checked> {
  const { models, problems } = await vscode.window.withProgress(
    { location: vscode.ProgressLocation.Window, title: vscode.l10n.t("Checking the key for {0}", label) },
    async () => (await client()).request("edgequake/models", { provider: id, timeout: SECONDS }),
  );
  const [problem] = problems;
  const stored = vscode.l10n.t("The key for {0} is stored.", label);
  if (problem !== undefined) {
    const said = notificationText(messageOf(problem));
    if (problem.name === "AuthenticationError" || problem.name === "PermissionDeniedError")
      return { refused: said };
    const doubt = vscode.l10n.t("Whether {0} takes it could not be found out: {1}", label, said);
    return { text: `${stored} ${doubt}`, doubtful: true };
  }
  const listed = models.length;
  const more =
    listed === 0
      ? vscode.l10n.t("{0} has no list of models to check it with: test a model in Manage Models.", label)
      : vscode.l10n.t("Models listed: {0}.", listed);
  return { text: `${stored} ${more}`, doubtful: false };
}
