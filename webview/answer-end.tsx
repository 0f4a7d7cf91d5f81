// What stands at the end of an answer: its facts, what can be done with it, and "Why" it came to be.

import type { ComponentChildren } from "preact";
import { useId, useRef, useState } from "preact/hooks";
import type { Turn } from "../server/protocol/webview.ts";
import { AnswerActions } from "./answer-actions.tsx";
import { AnswerFacts } from "./answer-facts.tsx";
import { Icon } from "./icon.tsx";
import { t } from "./strings.ts";
import { Why } from "./why.tsx";

interface EndProps {
  turn: Turn;
  last: boolean;
  alone: boolean;
  foot: ComponentChildren;
}

export function AnswerEnd({ turn, last, alone, foot }: EndProps) {
  const [open, setOpen] = useState(false);
  const why = useId();
  const button = useRef<HTMLButtonElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  const told = turn.trace !== null || turn.usage !== null || turn.attempts !== null;
  return (
    <footer>
      <AnswerFacts turn={turn} alone={alone} />
      <div class="end">
        <AnswerActions turn={turn} last={last} alone={alone} />
        {told && (
          <button
            ref={button}
            type="button"
            class="quiet why-button"
            aria-expanded={open}
            aria-controls={open ? why : undefined}
            onClick={() => setOpen(!open)}
          >
            {t("Why")}
            <Icon name={open ? "chevron-down" : "chevron-right"} />
          </button>
        )}
        {foot}
      </div>
      {open && <Why id={why} turn={turn} onClose={close} />}
    </footer>
  );
}
