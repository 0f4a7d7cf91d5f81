// One row of the conversation: a question, an answer, or the answers of several models side by side.

import { Answer } from "./answer.tsx";
import { CompareRow } from "./compare-row.tsx";
import { useSkippedOutOfSight } from "./out-of-sight.ts";
import type { Row } from "./page-of-turns.ts";
import { Question } from "./question.tsx";
import type { ShownTurn } from "./transcript.ts";

export function RowView({ row, last }: { row: Row; last: boolean }) {
  const element = useSkippedOutOfSight();
  return (
    <div class="row" ref={element}>
      {"side" in row ? <CompareRow side={row.side} last={last} /> : <TurnView of={row.turn} last={last} />}
    </div>
  );
}

function TurnView({ of, last }: { of: ShownTurn; last: boolean }) {
  const turn = of.data.value;
  return turn.role === "user" ? (
    <Question turn={turn} />
  ) : (
    <Answer turn={turn} fresh={of.fresh} last={last} />
  );
}
