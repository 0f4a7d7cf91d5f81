// Reads VS Code's settings and tells when they change. Keys are not among them: they are secrets.

import * as vscode from "vscode";
import type { Config } from "../server/protocol/results.ts";
import { holdsKeys } from "../server/protocol/router-keys.ts";
import { configOfSettings } from "./config-of-settings.ts";

export function readSettings(warn: (warning: string) => void = () => {}): Config {
  const settings = vscode.workspace.getConfiguration();
  if (holdsKeys(settings.get<Record<string, unknown>>("edgequake.router") ?? {}))
    warn("edgequake.router holds API keys, which are not used: name them as os.environ/NAME, or Set API Key");
  return configOfSettings((name) => settings.get(name));
}

export function onSettingsChange(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("edgequake") || event.affectsConfiguration("http")) listener();
  });
}
