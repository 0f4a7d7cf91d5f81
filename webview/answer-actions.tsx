// What can be done with an answer that ended. Asking again replaces an answer, and an older one has others after it:
// that is offered for the last only; Branch goes on from any, in a conversation of its own.

import type { Turn } from "../server/protocol/webview.ts";
import { announce } from "./announcements.ts";
import { post } from "./host.ts";
import { IconButton } from "./icon.tsx";
import { leave } from "./leave.ts";
import { t } from "./strings.ts";
import { busy } from "./transcript.ts";
import { useFlash } from "./use-flash.ts";

interface ActionsProps {
  turn: Turn;
  last: boolean;
  alone: boolean;
}

export function AnswerActions({ turn, last, alone }: ActionsProps) {
  const { id, text } = turn;
  const [copied, flash] = useFlash();
  const copy = (): void => {
    post({ type: "copy", text });
    announce(t("Copied"));
    flash();
  };
  // One of several is asked again by itself, whatever the others do.
  const again = last && (!alone || !busy.value);
  return (
    <div class="tools" role="toolbar" aria-label={t("Answer")}>
      {text !== "" && (
        <IconButton
          icon={copied ? "check" : "copy"}
          label={copied ? t("Copied") : t("Copy answer")}
          onClick={copy}
        />
      )}
      {again && turn.state !== "error" && (
        <IconButton
          icon="refresh"
          label={t("Retry")}
          tabIndex={text === "" ? 0 : -1}
          onClick={() => leave({ type: "retry", id })}
        />
      )}
      {again && turn.state !== "error" && (
        <IconButton
          icon="swap"
          label={t("Regenerate with…")}
          tabIndex={-1}
          onClick={() => post({ type: "regenerate", id })}
        />
      )}
      {text !== "" && !busy.value && (
        <IconButton
          icon="git-branch"
          label={t("Branch")}
          tabIndex={-1}
          onClick={() => leave({ type: "branch", id })}
        />
      )}
    </div>
  );
}
