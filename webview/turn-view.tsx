// One turn of the conversation: a question, or an answer with its reasoning, its error and what it used.

import type { Signal } from "@preact/signals";
import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import type { Turn, TurnNote } from "../server/protocol/webview.ts";
import { edit } from "./draft.ts";
import { post } from "./host.ts";
import { MarkdownView } from "./markdown-view.ts";
import { busy } from "./state.ts";
import { t } from "./strings.ts";

interface TurnProps {
  data: Signal<Turn>;
  fresh: boolean;
  last: boolean;
}

export function TurnView({ data, fresh, last }: TurnProps) {
  const turn = data.value;
  return turn.role === "user" ? <Question turn={turn} /> : <Answer turn={turn} fresh={fresh} last={last} />;
}

function Question({ turn }: { turn: Turn }) {
  return (
    <article class="turn question" data-role="user" data-state="done" aria-label={t("Your message")}>
      <div class="plain">{turn.text}</div>
      <button type="button" class="quiet" disabled={busy.value} onClick={() => edit(turn.id)}>
        {t("Edit")}
      </button>
    </article>
  );
}

function Answer({ turn, fresh, last }: { turn: Turn; fresh: boolean; last: boolean }) {
  const { id, state, error, note } = turn;
  const waiting = state === "streaming" && turn.text === "" && turn.reasoning === "";
  return (
    <article
      class="turn answer"
      data-role="assistant"
      data-state={state}
      aria-label={t("Answer")}
      aria-busy={state === "streaming"}
    >
      {turn.reasoning !== "" && (
        <details class="reasoning">
          <summary>{t("Reasoning")}</summary>
          <div class="plain">{turn.reasoning}</div>
        </details>
      )}
      <Markdown text={turn.text} ended={state !== "streaming"} />
      {waiting && (
        <p class="waiting">
          <span class="dots" aria-hidden="true" />
          {t("Waiting for the answer")}
        </p>
      )}
      {state === "stopped" && <p class="note">{t("Stopped")}</p>}
      {note && <p class="note">{noteText(note)}</p>}
      {state === "error" && error && (
        <div class="failure" role={fresh ? "alert" : undefined}>
          <strong>{error.name}</strong>
          <p>{error.message}</p>
          {turn.text !== "" && <p class="note">{t("The answer is cut off here.")}</p>}
        </div>
      )}
      {(state === "error" || state === "stopped") && (
        <p class="actions">
          {/* Asking again replaces the answer: an older one has others after it. */}
          {last && (
            <button type="button" onClick={() => post({ type: "retry", id })}>
              {t("Retry")}
            </button>
          )}
          {error?.name === "AuthenticationError" && (
            <button type="button" class="secondary" onClick={() => post({ type: "setApiKey" })}>
              {t("Set API Key")}
            </button>
          )}
          {state === "error" && (
            <button type="button" class="secondary" onClick={() => post({ type: "showLog" })}>
              {t("Show Log")}
            </button>
          )}
        </p>
      )}
      <footer>{facts(turn)}</footer>
    </article>
  );
}

function Markdown({ text, ended }: { text: string; ended: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView | null>(null);
  useLayoutEffect(() => {
    if (!element.current) return;
    view.current ??= new MarkdownView(element.current);
    view.current.update(text, ended);
  }, [text, ended]);
  useEffect(
    () => () => {
      view.current = null;
    },
    [],
  );
  return <div class="markdown" ref={element} />;
}

function noteText(note: TurnNote): string {
  if (note === "length") return t("The model's length limit cut the answer off here.");
  if (note === "content_filter") return t("The provider's content filter ended the answer here.");
  return t("The model answered with no text.");
}

/** Model, tokens, times: only what is known. */
function facts({ model, usage, ms_first_chunk, ms_total }: Turn): string {
  const time = (ms: number): string => (ms < 1_000 ? `${Math.ceil(ms)} ms` : `${(ms / 1_000).toFixed(1)} s`);
  return [
    model ?? "",
    usage ? `${usage.prompt_tokens} → ${usage.completion_tokens} ${t("tokens")}` : "",
    ms_first_chunk === null ? "" : `${t("first token")} ${time(ms_first_chunk)}`,
    ms_total === null ? "" : `${t("total")} ${time(ms_total)}`,
  ]
    .filter((fact) => fact !== "")
    .join(" · ");
}
