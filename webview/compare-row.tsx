// The answers of several models to one question, in columns that stack where there is no room: each streams by
// itself, and one of them is picked to go on with.

import { useEffect, useState } from "preact/hooks";
import type { Turn } from "../server/protocol/webview.ts";
import { Answer } from "./answer.tsx";
import { costOf, tokensOf } from "./answer-facts.tsx";
import { inSeconds, time } from "./figures.ts";
import { Icon, IconButton } from "./icon.tsx";
import { leave } from "./leave.ts";
import { t } from "./strings.ts";
import type { ShownTurn } from "./transcript.ts";

export function CompareRow({ side, last }: { side: readonly ShownTurn[]; last: boolean }) {
  const anyPicked = side.some(({ data }) => data.value.compare?.picked);
  return (
    <section class={`compare ${anyPicked ? "decided" : ""}`} aria-label={t("Answers side by side")}>
      {side.map((of) => (
        <Column key={of.id} of={of} last={last} />
      ))}
    </section>
  );
}

function Column({ of, last }: { of: ShownTurn; last: boolean }) {
  const turn = of.data.value;
  return (
    <Answer
      turn={turn}
      fresh={of.fresh}
      last={last}
      head={<Head turn={turn} />}
      foot={<Pick turn={turn} last={last} />}
    />
  );
}

function Head({ turn }: { turn: Turn }) {
  const running = turn.state === "streaming";
  return (
    <header class="column-head">
      <h3>{turn.model ?? "…"}</h3>
      {running && (
        <IconButton
          icon="stop"
          label={t("Stop {0}", turn.model ?? "")}
          onClick={() => leave({ type: "stop", id: turn.id })}
        />
      )}
      <p>
        {running ? (
          <Elapsed />
        ) : (
          [turn.ms_total === null ? "" : time(turn.ms_total), tokensOf(turn), turn.usage ? costOf(turn) : ""]
            .filter((fact) => fact !== "")
            .join(" · ")
        )}
      </p>
    </header>
  );
}

/** Since this answer was begun, as far as this page saw it. */
function Elapsed() {
  const [start] = useState(() => performance.now());
  const [now, setNow] = useState(start);
  useEffect(() => {
    const timer = setInterval(() => setNow(performance.now()), 100);
    return () => clearInterval(timer);
  }, []);
  return (
    <span role="timer" aria-live="off">
      {inSeconds(now - start)}
    </span>
  );
}

function Pick({ turn, last }: { turn: Turn; last: boolean }) {
  if (turn.compare?.picked) {
    return (
      <p class="picked-note">
        <Icon name="check" /> {t("Going on with this one")}
      </p>
    );
  }
  // What came after another answer does not follow from this one.
  if (!last || turn.state === "streaming" || turn.state === "elsewhere" || turn.text === "") return null;
  return (
    <p class="actions">
      <button
        type="button"
        class="secondary"
        aria-label={`${t("Go on with this one")}: ${turn.model ?? ""}`}
        onClick={() => leave({ type: "pick", id: turn.id })}
      >
        {t("Go on with this one")}
      </button>
    </p>
  );
}
