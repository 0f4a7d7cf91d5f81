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
  // Without another key the same happens again.
  const keyless = error.name === "AuthenticationError";
  return (
    // What was there when the page was opened is read where it stands.
    <div class="failure" role={fresh ? "alert" : undefined}>
      <strong>
        <Icon name="error" /> {error.name}
      </strong>
      <p>{error.message}</p>
      {text !== "" && <p class="note">{t("The answer is cut off here.")}</p>}
      <p class="actions">
        {keyless && (
          <button type="button" onClick={() => post({ type: "setApiKey", id })}>
            {t("Set API Key")}
          </button>
        )}
        {retry && (
          <>
            <button
              type="button"
              class={keyless ? "secondary" : ""}
              onClick={() => leave({ type: "retry", id })}
            >
              {t("Retry")}
            </button>
            <button type="button" class="secondary" onClick={() => post({ type: "regenerate", id })}>
              {t("Regenerate with…")}
            </button>
          </>
        )}
        <button type="button" class="secondary" onClick={() => post({ type: "showLog" })}>
          {t("Show Log")}
        </button>
      </p>
    </div>
  );
}
