// Starts the chat webview.

import { render } from "preact";
import type { ToWebview } from "../server/protocol/webview.ts";
import { App } from "./app.tsx";
import { giveFirstCursor } from "./first-cursor.ts";
import { askForEverything, receive } from "./receive.ts";
import { serveToolbars } from "./toolbars.ts";
import "./style.css";

const root = document.getElementById("root");
if (root) render(<App />, root);

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  // Only the host can post here; the shape is checked all the same.
  const message = data as Partial<ToWebview> | null;
  if (typeof message?.type === "string" && typeof message.seq === "number") receive(message as ToWebview);
});
serveToolbars(document);
giveFirstCursor();
askForEverything();
