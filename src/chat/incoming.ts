// What the webview says, checked field by field: a webview shows a model's words and is not trusted. Pure: gives
// exactly the fields of one message of the contract, or undefined.

import type { CodeAction, FromWebview } from "../../server/protocol/webview.ts";

/** Longer than any prompt a person types or pastes; a bound all the same. */
const MAX_TEXT = 4_000_000;
/** A data: URL; what may be attached is decided later, and said. */
const MAX_IMAGE = 40_000_000;
const MAX_URL = 8_000;
const MAX_URIS = 200;
const MAX_QUERY = 1_000;
const MAX_NAME = 300;
const MAX_ID = 100;

/** Messages that are nothing but their type. */
const BARE = [
  "ready",
  "cancelEdit",
  "selectModel",
  "selectEffort",
  "selectCompare",
  "history",
  "getStarted",
  "showLog",
] as const;
const CODE_ACTIONS = ["insert", "apply", "newFile", "run"] as const satisfies readonly CodeAction[];

export function readIncoming(message: unknown): FromWebview | undefined {
  if (typeof message !== "object" || message === null) return undefined;
  const { type, text, id, url, draft, ...more } = message as Record<string, unknown>;
  const bare = BARE.find((one) => one === type);
  if (bare) return { type: bare };
  switch (type) {
    case "stop":
    case "setApiKey":
      if (id === undefined) return { type };
      return isText(id, MAX_ID) ? { type, id } : undefined;
    case "send":
    case "draft": {
      const { at } = more;
      const timed = typeof at === "number" && Number.isFinite(at);
      return isText(text, MAX_TEXT) && timed ? { type, text, at } : undefined;
    }
    case "copy":
      return isText(text, MAX_TEXT) ? { type, text } : undefined;
    case "retry":
    case "regenerate":
    case "branch":
    case "pick":
    case "detach":
    case "limits":
    case "picture":
      return isText(id, MAX_ID) ? { type, id } : undefined;
    case "attach":
      return isText(id, MAX_URL) ? { type, id } : undefined;
    case "edit":
      return isText(id, MAX_ID) && isText(draft, MAX_TEXT) ? { type, id, draft } : undefined;
    case "openLink":
      return isText(url, MAX_URL) ? { type, url } : undefined;
    case "earlier":
      return isText(more["before"], MAX_ID) ? { type, before: more["before"] } : undefined;
    case "suggest":
      return readSuggest(more["query"]);
    case "code":
      return readCode(more["action"], text, more["language"]);
    case "attachImage":
      return readImage(more["name"], more["image"]);
    case "attachUris":
      return readUris(more["uris"]);
    default:
      return undefined;
  }
}

function readSuggest(query: unknown): FromWebview | undefined {
  if (!isText(query, MAX_QUERY) || !/^[@/]/.test(query)) return undefined;
  return { type: "suggest", query };
}

function readCode(action: unknown, text: unknown, language: unknown): FromWebview | undefined {
  const known = CODE_ACTIONS.find((one) => one === action);
  if (!known || !isText(text, MAX_TEXT) || !isText(language, MAX_NAME)) return undefined;
  return { type: "code", action: known, text, language };
}

function readImage(name: unknown, image: unknown): FromWebview | undefined {
  if (!isText(name, MAX_NAME) || !isText(image, MAX_IMAGE) || !image.startsWith("data:")) return undefined;
  return { type: "attachImage", name, image };
}

function readUris(uris: unknown): FromWebview | undefined {
  if (!Array.isArray(uris) || uris.length > MAX_URIS) return undefined;
  const read = uris.filter((uri) => isText(uri, MAX_URL));
  return read.length === uris.length ? { type: "attachUris", uris: read } : undefined;
}

function isText(value: unknown, longest: number): value is string {
  return typeof value === "string" && value.length <= longest;
}
