// A tiny extension of the demonstration's own: opens the sample file and EdgeQuake's chat when the window is
// ready. The product itself never does anything at startup, so somebody else has to.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { PROJECT } from "./build.ts";
import { PlainError, run } from "./processes.ts";

const MANIFEST = {
  name: "edgequake-demo-opener",
  publisher: "edgequake",
  version: "0.0.1",
  description: "Opens EdgeQuake's chat in the demonstration.",
  license: "MIT",
  engines: { vscode: "^1.117.0" },
  main: "./main.js",
  activationEvents: ["onStartupFinished"],
};

const main = (file: string): string => `"use strict";
const vscode = require("vscode");
exports.activate = async () => {
  const folder = vscode.workspace.workspaceFolders?.[0];
  if (folder) await vscode.window.showTextDocument(vscode.Uri.joinPath(folder.uri, ${JSON.stringify(file)}));
  await vscode.commands.executeCommand("workbench.action.closeAuxiliaryBar");
  await vscode.commands.executeCommand("edgequake.chat.focus");
};
`;

/** Packs it into `folder`; gives the path of the VSIX. */
export async function packOpener(folder: string, file: string): Promise<string> {
  const source = join(folder, "opener");
  const vsix = join(folder, "opener.vsix");
  mkdirSync(source, { recursive: true });
  writeFileSync(join(source, "package.json"), JSON.stringify(MANIFEST));
  writeFileSync(join(source, "main.js"), main(file));
  writeFileSync(join(source, "README.md"), "Opens EdgeQuake's chat in the demonstration.\n");
  const packed = await run(
    process.execPath,
    [
      join(PROJECT, "node_modules", "@vscode", "vsce", "vsce"),
      "package",
      "--no-dependencies",
      "--allow-missing-repository",
      "--skip-license",
      `--out=${vsix}`,
    ],
    { cwd: source },
  );
  if (packed.code !== 0)
    throw new PlainError(`The demonstration's opener could not be packed:\n${packed.output}`);
  return vsix;
}
