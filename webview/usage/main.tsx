// Starts the usage page: asks the host for the report, and draws what comes.

import { render } from "preact";
import type { FromUsage, ToUsage } from "../../server/protocol/usage-view.ts";
import { UsagePage } from "./page.tsx";
import { t, useStrings } from "./strings.ts";
import "./style.css";

declare function acquireVsCodeApi(): { postMessage(message: FromUsage): void };

const api = acquireVsCodeApi();
const root = document.getElementById("root");
const post = (message: FromUsage): void => api.postMessage(message);

window.addEventListener("message", ({ data }: MessageEvent<unknown>) => {
  const message = data as Partial<ToUsage> | null;
  if (root === null || (message?.type !== "report" && message?.type !== "failed")) return;
  const told = message as ToUsage;
  useStrings(told.l10n);
  if (told.type === "report")
    render(<UsagePage report={told.report} language={told.language} post={post} />, root);
  else
    render(
      <main>
        <h1>{t("Usage")}</h1>
        <p role="alert">{told.message}</p>
        <button type="button" onClick={() => post({ type: "refresh" })}>
          {t("Refresh")}
        </button>
      </main>,
      root,
    );
});
post({ type: "ready" });
