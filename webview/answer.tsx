// An answer: its reasoning folded, its words, how it ended, and what it used.

import type { ComponentChildren } from "preact";
import type { Turn } from "../server/protocol/webview.ts";
import { AnswerEnd } from "./answer-end.tsx";
import { Countdown } from "./countdown.tsx";
import { Failure } from "./failure.tsx";
import { Icon } from "./icon.tsx";
import { Markdown } from "./markdown.tsx";
import { noteText } from "./note-text.ts";
import { t } from "./strings.ts";

interface AnswerProps {
  turn: Turn;
  fresh: boolean;
  last: boolean;
  /** Stands among others: what heads it, and what is offered below. */
  head?: ComponentChildren;
  foot?: ComponentChildren;
}

export function Answer({ turn, fresh, last, head, foot }: AnswerProps) {
  const { state, note, progress } = turn;
  const alone = head === undefined;
  const coming = state === "streaming" || state === "elsewhere";
  return (
    <article
      class={`turn answer ${turn.compare?.picked ? "picked" : ""}`}
      data-role="assistant"
      data-state={state}
      aria-label={alone ? t("Answer") : t("Answer of {0}", turn.model ?? "")}
      aria-busy={coming}
    >
      {head}
      <Reasoning turn={turn} />
      <Markdown text={turn.text} ended={!coming} />
      {progress ? <Countdown key={progress} progress={progress} /> : <Waiting turn={turn} />}
      {state === "elsewhere" && <p class="note">{t("Being answered in another window…")}</p>}
      {state === "stopped" && <p class="note">{t("Stopped")}</p>}
      {note && <p class="note">{noteText(note)}</p>}
      {state === "error" && <Failure turn={turn} fresh={fresh} retry={last} />}
      <Warnings of={turn.warnings} />
      {!coming && <AnswerEnd turn={turn} last={last} alone={alone} foot={foot} />}
    </article>
  );
}

function Reasoning({ turn }: { turn: Turn }) {
  if (turn.reasoning === "") return null;
  const thinking = turn.state === "streaming" && turn.text === "";
  return (
    <details class="reasoning">
      <summary>{thinking ? t("Thinking…") : t("Reasoning")}</summary>
      <div class="plain">{turn.reasoning}</div>
    </details>
  );
}

function Waiting({ turn }: { turn: Turn }) {
  if (turn.state !== "streaming" || turn.text !== "" || turn.reasoning !== "") return null;
  return (
    <p class="waiting">
      <span class="dots" aria-hidden="true" />
      {t("Waiting for the answer")}
    </p>
  );
}

function Warnings({ of }: { of: readonly string[] }) {
  if (of.length === 0) return null;
  return (
    <ul class="warnings" aria-label={t("Warnings")}>
      {[...new Set(of)].map((warning) => (
        <li key={warning}>
          <Icon name="warning" />
          <span>{warning}</span>
        </li>
      ))}
    </ul>
  );
}
