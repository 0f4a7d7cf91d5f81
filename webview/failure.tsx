// An answer that failed: what happened, what to do, and that what came of it is kept.

import type { Turn } from "../server/protocol/webview.ts";
import { post } from "./host.ts";
import { Icon } from "./icon.tsx";
import { leave } from "./leave.ts";
import { t } from "./strings.ts";

interface FailureProps {
  turn: Turn;
  fresh: boolean;
  retry: boolean;
}

export function Failure({ turn, fresh, retry }: FailureProps) {
  const { id, error, text } = turn;
  if (!error) return null;
  return (
    // What was there when the page was opened is read where it stands.
    <div class="failure" role={fresh ? "alert" : undefined}>
      <strong>
        <Icon name="error" /> {error.name}
      </strong>
      <p>{error.message}</p>
      {text !== "" && <p class="note">{t("The answer is cut off here.")}</p>}
      <p class="actions">
        {retry && (
          <button type="button" onClick={() => leave({ type: "retry", id })}>
            {t("Retry")}
          </button>
        )}
        {error.name === "AuthenticationError" && (
          <button type="button" class="secondary" onClick={() => post({ type: "setApiKey" })}>
            {t("Set API Key")}
          </button>
        )}
        <button type="button" class="secondary" onClick={() => post({ type: "showLog" })}>
          {t("Show Log")}
        </button>
      </p>
    </div>
  );
}
