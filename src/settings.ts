// Reads VS Code's settings and tells when they change. Keys are not among them: they are secrets.

import * as vscode from "vscode";
import type { Config } from "../server/protocol/results.ts";
import { configOfSettings } from "./config-of-settings.ts";

export function readSettings(): Config {
  const settings = vscode.workspace.getConfiguration();
  return configOfSettings((name) => settings.get(name));
}

export function onSettingsChange(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("edgequake") || event.affectsConfiguration("http")) listener();
  });
}
