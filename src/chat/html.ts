// The chat's page for one webview of VS Code: its addresses, and a nonce of its own.

import { randomBytes } from "node:crypto";
import * as vscode from "vscode";
import { chatPage } from "./page.ts";

export function chatHtml(webview: vscode.Webview, extensionUri: vscode.Uri): string {
  return chatPage({
    language: vscode.env.language,
    nonce: randomBytes(16).toString("base64"),
    source: webview.cspSource,
    resource: (name) => String(webview.asWebviewUri(vscode.Uri.joinPath(extensionUri, "dist", name))),
  });
}
