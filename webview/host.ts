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

export function savedDraft(): { draft: string; at: number } {
  const state = api.getState();
  const { draft, at } = (typeof state === "object" && state !== null ? state : {}) as Record<string, unknown>;
  return { draft: typeof draft === "string" ? draft : "", at: typeof at === "number" ? at : 0 };
}

export function saveDraft(draft: string, at: number): void {
  api.setState({ draft, at });
}
