// How full the model's context would be with the next question: a ring, and the figures for who asks.

import { count, share } from "./figures.ts";
import { t } from "./strings.ts";
import { context } from "./surroundings.ts";

const RADIUS = 6;
const AROUND = 2 * Math.PI * RADIUS;
/** From here on it is time to think of what to leave out. */
const NEARLY_FULL = 0.8;

export function ContextRing() {
  const meter = context.value;
  if (!meter) return null;
  const { used, limit, exact } = meter;
  const about = exact ? "" : "≈ ";
  if (limit === null || limit <= 0) {
    const tokens = `${about}${t("{0} tokens", count(used))}`;
    return (
      <span
        class="context"
        role="note"
        // biome-ignore lint/a11y/noNoninteractiveTabindex: what a pointer is told at it, the keyboard is too.
        tabIndex={0}
        data-tip={t("Context: {0}; the model's limit is not known", tokens)}
        aria-label={t("Context: {0}; the model's limit is not known", tokens)}
      >
        {tokens}
      </span>
    );
  }
  const part = Math.min(1, used / limit);
  const said = t("Context: {0} of {1} tokens", `${about}${count(used)}`, count(limit));
  return (
    // biome-ignore lint/a11y/useSemanticElements: a ring, which <meter> cannot be.
    <span
      class={`context ${used / limit >= NEARLY_FULL ? "nearly-full" : ""}`}
      role="meter"
      aria-label={t("Context")}
      aria-valuemin={0}
      aria-valuemax={limit}
      aria-valuenow={Math.min(used, limit)}
      aria-valuetext={said}
      // biome-ignore lint/a11y/noNoninteractiveTabindex: what a pointer is told at it, the keyboard is too.
      tabIndex={0}
      data-tip={said}
    >
      <svg viewBox="0 0 16 16" width="14" height="14" aria-hidden="true">
        <circle class="ring" cx="8" cy="8" r={RADIUS} />
        <circle class="filled" cx="8" cy="8" r={RADIUS} stroke-dasharray={`${part * AROUND} ${AROUND}`} />
      </svg>
      {share(used / limit)}
    </span>
  );
}
