// What the webview says, checked field by field: a webview shows a model's words and is not trusted. Pure.

import type { FromWebview } from "../../server/protocol/webview.ts";

/** Longer than any prompt a person types or pastes; a bound all the same. */
const MAX_TEXT = 4_000_000;
const MAX_URL = 8_000;
const MAX_ID = 100;

export function readIncoming(message: unknown): FromWebview | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, text, id, url, draft } = message as Record<string, unknown>;
  switch (type) {
    case "ready":
    case "stop":
    case "cancelEdit":
    case "selectModel":
    case "setApiKey":
    case "showLog":
      return { type };
    case "send":
    case "draft":
    case "copy":
      return isText(text, MAX_TEXT) ? { type, text } : undefined;
    case "retry":
      return isText(id, MAX_ID) ? { type, id } : undefined;
    case "edit":
      return isText(id, MAX_ID) && isText(draft, MAX_TEXT) ? { type, id, draft } : undefined;
    case "openLink":
      return isText(url, MAX_URL) ? { type, url } : undefined;
    default:
      return undefined;
  }
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}
