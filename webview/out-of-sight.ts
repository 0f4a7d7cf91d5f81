// Rows out of sight are neither laid out nor painted, but keep the height they were measured with: so nothing that is
// read moves when they are scrolled to, and the scroll bar tells the truth.

import { useLayoutEffect, useRef } from "preact/hooks";

let waiting: HTMLElement[] = [];

/** For the element of a row: measured once it is there, skipped from then on while it is out of sight. */
export function useSkippedOutOfSight() {
  const row = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    if (!row.current) return;
    if (waiting.length === 0) requestAnimationFrame(() => requestAnimationFrame(skip));
    waiting.push(row.current);
  }, []);
  return row;
}

/** They were drawn by now, and the browser remembers their sizes. */
function skip(): void {
  for (const row of waiting) row.classList.add("measured");
  waiting = [];
}
