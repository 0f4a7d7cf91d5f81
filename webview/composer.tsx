// The message box: Enter sends, Shift+Enter starts a line, and what is typed stays until it is sent.

import { useEffect, useRef } from "preact/hooks";
import { draft, editing, focusWishes, sendDraft, typed, wishFocus } from "./draft.ts";
import { post } from "./host.ts";
import { busy, model } from "./state.ts";
import { t } from "./strings.ts";

export function Composer() {
  const box = useRef<HTMLTextAreaElement>(null);
  const text = draft.value;

  useEffect(() => {
    if (focusWishes.value > 0) box.current?.focus();
  }, [focusWishes.value]);

  const send = (): void => {
    if (draft.value.trim() === "" || busy.value) return;
    sendDraft();
    // The button that was pressed is about to be another one.
    wishFocus();
  };
  const stop = (): void => {
    post({ type: "stop" });
    wishFocus();
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, Enter chooses a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      send();
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
      {editing.value !== null && (
        <p class="editing">
          {t("Sending replaces your earlier message and what follows it.")}
          <button type="button" class="quiet" onClick={() => post({ type: "cancelEdit" })}>
            {t("Cancel")}
          </button>
        </p>
      )}
      <textarea
        ref={box}
        aria-label={t("Message")}
        placeholder={t("Ask anything")}
        rows={2}
        value={text}
        onInput={(event) => typed(event.currentTarget.value)}
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
        {busy.value ? (
          <button type="button" aria-label={t("Stop")} onClick={stop}>
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
