// Hands a message of the webview to what handles its type. What is no message of the contract reaches nothing. Pure.

import type { FromWebview } from "../../server/protocol/webview.ts";
import { readIncoming } from "./incoming.ts";

export type Handlers = {
  [Type in FromWebview["type"]]: (message: Extract<FromWebview, { type: Type }>) => unknown;
};

export async function dispatch(message: unknown, handlers: Handlers): Promise<void> {
  const read = readIncoming(message);
  if (!read) return;
  const handle = handlers[read.type] as (message: FromWebview) => unknown;
  await handle(read);
}
