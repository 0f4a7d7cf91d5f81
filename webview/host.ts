// The one way out of the webview: typed messages to the extension host, and the draft that survives a reload.

import type { FromWebview } from "../server/protocol/webview.ts";

interface VsCodeApi {
  postMessage(message: FromWebview): void;
  getState(): unknown;
  setState(state: unknown): void;
}
declare function acquireVsCodeApi(): VsCodeApi;

const api = acquireVsCodeApi();

export function post(message: FromWebview): void {
  api.postMessage(message);
}

export function savedDraft(): string {
  const state = api.getState();
  const draft =
    typeof state === "object" && state !== null ? (state as { draft?: unknown }).draft : undefined;
  return typeof draft === "string" ? draft : "";
}

export function saveDraft(draft: string): void {
  api.setState({ draft });
}
