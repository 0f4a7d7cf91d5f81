// The webview's page: one script, one style sheet, and a policy under which nothing else runs, loads or leaves. Pure.

export interface PageOptions {
  language: string;
  nonce: string;
  /** Where styles, fonts and images of the page may come from. */
  source: string;
  /** Address of a file of dist/. */
  resource(name: string): string;
}

export function chatPage({ language, nonce, source, resource }: PageOptions): string {
  const policy = [
    "default-src 'none'",
    `script-src 'nonce-${nonce}'`,
    `style-src ${source}`,
    `font-src ${source}`,
    `img-src ${source} data:`,
    "connect-src 'none'",
    "frame-src 'none'",
    "form-action 'none'",
    "base-uri 'none'",
  ].join("; ");
  return `<!DOCTYPE html>
<html lang="${language}">
<head>
<meta charset="UTF-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1.0">
<link rel="stylesheet" href="${resource("webview.css")}">
<title>EdgeQuake</title>
</head>
<body>
<div id="root"></div>
<script nonce="${nonce}" src="${resource("webview.js")}"></script>
</body>
</html>`;
}
