// The lines of the list above the message box. The cursor stays in the box: the active line is told by its id.

import { useLayoutEffect, useRef } from "preact/hooks";
import { t } from "./strings.ts";
import { active, suggestions, wanted } from "./suggesting.ts";

export const LIST_ID = "suggestions";

export function optionId(index: number): string {
  return `suggestion-${index}`;
}

export function SuggestionList({ onTake }: { onTake: (index: number) => void }) {
  const list = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    list.current?.children[active.value]?.scrollIntoView({ block: "nearest" });
  }, [active.value]);
  return (
    <div
      ref={list}
      id={LIST_ID}
      class="suggestions"
      role="listbox"
      aria-label={wanted.value?.query.startsWith("/") ? t("Commands") : t("Attach")}
    >
      {suggestions.value.map(({ id, label, detail }, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are taken where the cursor is, in the message box.
        // biome-ignore lint/a11y/useFocusableInteractive: and the cursor stays there.
        <div
          key={id}
          id={optionId(index)}
          class="suggestion"
          role="option"
          aria-selected={index === active.value}
          onMouseDown={(event) => event.preventDefault()}
          onClick={() => onTake(index)}
        >
          <span class="suggestion-label">{label}</span>
          <span class="suggestion-detail">{detail}</span>
        </div>
      ))}
    </div>
  );
}
