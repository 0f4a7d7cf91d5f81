// The message box: Enter sends, Shift+Enter starts a line, and what is typed stays until it is sent.

import { useLayoutEffect, useRef } from "preact/hooks";
import { AttachmentChips } from "./attachment-chips.tsx";
import { ComposerBar } from "./composer-bar.tsx";
import { draft, editing, focusWishes, sendDraft, typed, wishFocus } from "./draft.ts";
import { attachPasted } from "./handed-over.ts";
import { post } from "./host.ts";
import { Icon } from "./icon.tsx";
import { leave } from "./leave.ts";
import { queryAt } from "./query-at.ts";
import { t } from "./strings.ts";
import { active, closeSuggestions, moveActive, suggestions, want, wanted } from "./suggesting.ts";
import { LIST_ID, optionId, SuggestionList } from "./suggestion-list.tsx";
import { attachments, notice } from "./surroundings.ts";
import { take } from "./take-suggestion.ts";
import { busy } from "./transcript.ts";

export function Composer() {
  const box = useRef<HTMLTextAreaElement>(null);
  const open = suggestions.value.length > 0;

  // Before it is painted: what had the cursor may be gone with the same change.
  useLayoutEffect(() => {
    if (focusWishes.value > 0) box.current?.focus();
  }, [focusWishes.value]);

  const lookAtCursor = (): void => {
    const { current } = box;
    if (current) want(queryAt(current.value, current.selectionEnd));
  };
  const send = (): void => {
    if ((draft.value.trim() === "" && attachments.value.length === 0) || busy.value) return;
    want(undefined);
    notice.value = "";
    sendDraft();
    // The button that was pressed is about to be another one.
    wishFocus();
  };
  const takeActive = (index = active.value): void => {
    const suggestion = suggestions.value[index];
    if (suggestion && box.current && wanted.value) take(suggestion, wanted.value, box.current);
  };
  const mention = (): void => {
    box.current?.focus();
    // As if it were typed: undone as such, and what was typed before stays apart from it.
    const before = box.current?.value.slice(0, box.current.selectionStart) ?? "";
    document.execCommand("insertText", false, /\S$/.test(before) ? " @" : "@");
  };
  const onKeyDown = (event: KeyboardEvent): void => {
    // While an input method composes, keys choose a word.
    if (event.isComposing) return;
    if (open && inList(event.key)) {
      event.preventDefault();
      return;
    }
    if (event.key === "Escape" && editing.value !== null) {
      event.preventDefault();
      post({ type: "cancelEdit" });
      return;
    }
    if (event.key === "Enter" && !event.shiftKey) {
      event.preventDefault();
      send();
    }
  };
  const inList = (key: string): boolean => {
    if (key === "ArrowDown") moveActive(1);
    else if (key === "ArrowUp") moveActive(-1);
    else if (key === "Escape") closeSuggestions();
    else if (key === "Enter" || key === "Tab") takeActive();
    else return false;
    return true;
  };
  return (
    <form
      class="composer"
      onSubmit={(event) => {
        event.preventDefault();
        send();
      }}
    >
      {/* There from the start: a screen reader hears what comes into it. */}
      <div role="status">
        {notice.value !== "" && (
          <p class="notice">
            <Icon name="warning" />
            <span>{notice.value}</span>
          </p>
        )}
      </div>
      {editing.value !== null && (
        <p class="editing">
          {t("Sending replaces your earlier message and what follows it.")}
          <button type="button" class="quiet" onClick={() => post({ type: "cancelEdit" })}>
            {t("Cancel")}
          </button>
        </p>
      )}
      <div class="box">
        {open && <SuggestionList onTake={takeActive} />}
        <AttachmentChips of={attachments.value} onRemove={(id) => leave({ type: "detach", id })} />
        <textarea
          ref={box}
          dir="auto"
          aria-label={t("Message")}
          aria-autocomplete="list"
          aria-haspopup="listbox"
          aria-controls={open ? LIST_ID : undefined}
          aria-activedescendant={open ? optionId(active.value) : undefined}
          placeholder={t("Ask anything")}
          rows={2}
          value={draft.value}
          onInput={(event) => {
            typed(event.currentTarget.value);
            lookAtCursor();
          }}
          onKeyDown={onKeyDown}
          onKeyUp={(event) => {
            if (/^(Arrow(Left|Right)|Home|End)$/.test(event.key)) lookAtCursor();
          }}
          onClick={lookAtCursor}
          onBlur={() => want(undefined)}
          onPaste={attachPasted}
        />
        <ComposerBar onMention={mention} />
      </div>
    </form>
  );
}
