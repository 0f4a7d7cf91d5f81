// "EdgeQuake: Show Usage": the page with the plots, in an editor tab. It is drawn from the ledger each time it is looked
// at, and can be saved as CSV or JSON.

import { randomBytes } from "node:crypto";
import { homedir } from "node:os";
import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import type { FromUsage, ToUsage } from "../../server/protocol/usage-view.ts";
import { messageOf, plainText } from "../plain-text.ts";
import { readFromUsage } from "./read-from-usage.ts";
import { usageStrings } from "./strings.ts";
import { usageReport } from "./usage-report.ts";

const USUAL_DAYS = 30;
let shown: vscode.WebviewPanel | undefined;

export function showUsage(extensionUri: vscode.Uri, client: () => Promise<Client>): void {
  if (shown) {
    shown.reveal();
    return;
  }
  const dist = vscode.Uri.joinPath(extensionUri, "dist");
  const panel = vscode.window.createWebviewPanel(
    "edgequake.usage",
    vscode.l10n.t("EdgeQuake: Usage"),
    vscode.ViewColumn.Active,
    {
      enableScripts: true,
      enableCommandUris: false,
      enableFindWidget: true,
      localResourceRoots: [dist],
    },
  );
  shown = panel;
  panel.iconPath = new vscode.ThemeIcon("graph");
  let days = USUAL_DAYS;
  let warmer: NodeJS.Timeout | undefined;
  let closed = false;
  // Closed while its numbers were on the way: a page that is gone throws.
  const post = (message: ToUsage): void => {
    if (!closed) void panel.webview.postMessage(message);
  };
  const draw = async (): Promise<void> => {
    try {
      const report = await usageReport(await client(), days, new Date());
      post({ type: "report", report, l10n: usageStrings(), language: vscode.env.language });
      // What cools down now is told until it does not.
      const soonest = Math.min(...report.cooldowns.map(({ cooled_ms }) => cooled_ms));
      clearTimeout(warmer);
      if (Number.isFinite(soonest) && !closed)
        warmer = setTimeout(() => panel.visible && void draw(), soonest + 200).unref();
    } catch (error) {
      post({ type: "failed", message: plainText(messageOf(error as Error)), l10n: usageStrings() });
    }
  };
  const received = async (message: FromUsage): Promise<void> => {
    if (message.type === "export") {
      await save(client, message.format, days);
      return;
    }
    if (message.type === "period") days = message.days;
    await draw();
  };
  panel.webview.onDidReceiveMessage((message: unknown) => {
    const read = readFromUsage(message);
    if (read)
      received(read).catch((error: Error) => {
        void vscode.window.showErrorMessage(`EdgeQuake: ${plainText(messageOf(error))}`);
      });
  });
  panel.onDidChangeViewState(() => {
    if (panel.visible) void draw();
  });
  panel.onDidDispose(() => {
    clearTimeout(warmer);
    closed = true;
    shown = undefined;
  });
  panel.webview.html = page(panel.webview, dist);
}

async function save(client: () => Promise<Client>, format: "csv" | "json", days: number): Promise<void> {
  const { text } = await (await client()).request("edgequake/usageExport", { format, days });
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri ?? vscode.Uri.file(homedir());
  const name = `edgequake-usage-${new Date().toISOString().slice(0, 10)}.${format}`;
  const target = await vscode.window.showSaveDialog({
    title: vscode.l10n.t("Export Usage"),
    filters: format === "csv" ? { CSV: ["csv"] } : { JSON: ["json"] },
    defaultUri: vscode.Uri.joinPath(folder, name),
  });
  if (!target) return;
  await vscode.workspace.fs.writeFile(target, Buffer.from(text));
  const where = vscode.workspace.asRelativePath(target);
  vscode.window.setStatusBarMessage(vscode.l10n.t("EdgeQuake: usage was exported to {0}", where), 6_000);
}

function page(webview: vscode.Webview, dist: vscode.Uri): string {
  const nonce = randomBytes(16).toString("base64");
  const resource = (name: string): vscode.Uri => webview.asWebviewUri(vscode.Uri.joinPath(dist, name));
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${webview.cspSource}`,
    "connect-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${vscode.env.language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${resource("usage.css")}">
<title>EdgeQuake</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${resource("usage.js")}"></script>
</body>
</html>`;
}
