// VS Code's settings -> the configuration pushed to the backend. Keys are not among them: they are secrets.

import * as vscode from "vscode";
import type { Config, ProviderConfig } from "../server/protocol/results.ts";

interface ProviderSetting {
  apiBase?: string;
  organization?: string;
  extraHeaders?: Record<string, string>;
}

export function readSettings(): Config {
  const own = vscode.workspace.getConfiguration("edgequake");
  const http = vscode.workspace.getConfiguration("http");
  const timeout = own.get<number>("timeout", 0);
  return {
    num_retries: own.get<number>("numRetries", 2),
    drop_params: own.get<boolean>("dropParams", false),
    ...(timeout > 0 ? { timeout } : {}),
    providers: providersOf(own.get<Record<string, ProviderSetting>>("providers", {})),
    http: {
      ...(http.get<string>("proxy") ? { proxy: http.get<string>("proxy") } : {}),
      no_proxy: http.get<string[]>("noProxy", []),
      proxy_strict_ssl: http.get<boolean>("proxyStrictSSL", true),
      system_certificates: http.get<boolean>("systemCertificates", true),
    },
  };
}

function providersOf(settings: Record<string, ProviderSetting>): Record<string, ProviderConfig> {
  return Object.fromEntries(
    Object.entries(settings).map(([id, { apiBase, organization, extraHeaders }]) => [
      id,
      {
        ...(apiBase ? { api_base: apiBase } : {}),
        ...(organization ? { organization } : {}),
        ...(extraHeaders ? { extra_headers: extraHeaders } : {}),
      },
    ]),
  );
}

export function onSettingsChange(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration("edgequake") || event.affectsConfiguration("http")) listener();
  });
}
