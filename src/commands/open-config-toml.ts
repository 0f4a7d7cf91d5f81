// Opens config.toml, and begins one where there is none: readable by its owner alone, with no key in it.

import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";

const BEGINNING = `# EdgeQuake. Keys may stand here; nobody but you may read this file (chmod 600).
#
# [providers.openai]
# api_key = "…"
`;

export async function openConfigToml(client: () => Promise<Client>): Promise<void> {
  const { config_toml } = await (await client()).request("edgequake/providers");
  const { path } = config_toml;
  if (path === null) {
    await vscode.window.showWarningMessage(vscode.l10n.t("There is no home directory for config.toml."));
    return;
  }
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  // Never over one that is there.
  await writeFile(path, BEGINNING, { flag: "wx", mode: 0o600 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  await vscode.window.showTextDocument(vscode.Uri.file(path));
}
