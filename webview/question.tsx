// A question: its words as they were typed, what it brought along, and a way to ask it differently.

import type { Turn } from "../server/protocol/webview.ts";
import { AttachmentChips } from "./attachment-chips.tsx";
import { edit, editing } from "./draft.ts";
import { IconButton } from "./icon.tsx";
import { LongText } from "./long-text.tsx";
import { t } from "./strings.ts";
import { busy } from "./transcript.ts";

export function Question({ turn }: { turn: Turn }) {
  return (
    <article
      class={`turn question ${editing.value === turn.id ? "edited" : ""}`}
      data-role="user"
      data-state="done"
      aria-label={t("Your message")}
    >
      {turn.text !== "" && <LongText text={turn.text} />}
      <AttachmentChips of={turn.attachments} />
      <IconButton
        icon="edit"
        class="edit"
        label={t("Edit")}
        disabled={busy.value}
        onClick={() => edit(turn.id)}
      />
    </article>
  );
}
