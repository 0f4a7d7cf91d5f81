// The message box. What is typed is kept here, in the webview's state and at the host: nothing typed is lost.

import { useEffect, useRef } from "preact/hooks";
import { post, saveDraft } from "./host.ts";
import { draft, focusWishes, model, turns } from "./state.ts";
import { t } from "./strings.ts";

const DRAFT_DELAY_MS = 300;

export function Composer() {
  const box = useRef<HTMLTextAreaElement>(null);
  const timer = useRef<number | undefined>(undefined);
  const busy = turns.value.some((turn) => turn.data.value.state === "streaming");
  const text = draft.value;

  useEffect(() => {
    if (focusWishes.value > 0) box.current?.focus();
  }, [focusWishes.value]);

  const type = (value: string): void => {
    draft.value = value;
    saveDraft(value);
    clearTimeout(timer.current);
    timer.current = window.setTimeout(() => post({ type: "draft", text: value }), DRAFT_DELAY_MS);
  };
  const send = (): void => {
    if (text.trim() === "" || busy) return;
    clearTimeout(timer.current);
    post({ type: "send", text });
    draft.value = "";
    saveDraft("");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
    } else if (event.key === "Escape" && busy) {
      event.preventDefault();
      post({ type: "stop" });
    }
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      <textarea
        ref={box}
        aria-label={t("Message")}
        placeholder={t("Ask anything")}
        rows={2}
        value={text}
        onInput={(event) => type(event.currentTarget.value)}
        onKeyDown={onKeyDown}
      />
      <div class="bar">
        <button
          type="button"
          class="quiet model"
          title={t("Select Model")}
          aria-label={`${t("Select Model")}: ${model.value?.model ?? ""}`}
          onClick={() => post({ type: "selectModel" })}
        >
          {model.value?.model ?? "…"}
        </button>
        {busy ? (
          <button type="button" aria-label={t("Stop")} onClick={() => post({ type: "stop" })}>
            {t("Stop")}
          </button>
        ) : (
          <button type="submit" aria-label={t("Send")} disabled={text.trim() === ""}>
            {t("Send")}
          </button>
        )}
      </div>
    </form>
  );
}
