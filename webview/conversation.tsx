// The list of turns. It follows the answer while its end is in sight, asks for what is earlier as its beginning
// comes near, and keeps what is read in its place when that comes.

import { useEffect, useLayoutEffect, useRef } from "preact/hooks";
import { wishFocus } from "./draft.ts";
import { Empty } from "./empty.tsx";
import { Icon } from "./icon.tsx";
import { anyEarlier, forgetEarlier, rows, showEarlier } from "./page-of-turns.ts";
import { t } from "./strings.ts";
import { atEnd, session } from "./surroundings.ts";
import { turns } from "./transcript.ts";
import { RowView } from "./turn-view.tsx";

/** As near to the end as this counts as being there. */
const NEAR_PX = 48;
/** As near to the beginning as this asks for what is before. */
const AHEAD = "800px";

export function Conversation() {
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);
  const shown = rows.value;
  useKeptPlace(scroller, shown[0]?.key);

  useEffect(() => {
    const [outer, inner] = [scroller.current, list.current];
    if (!outer || !inner) return undefined;
    const follow = new ResizeObserver(() => {
      if (atEnd.peek()) lastTop.current = toEnd(outer);
    });
    follow.observe(inner);
    follow.observe(outer);
    return () => follow.disconnect();
  }, []);

  useLayoutEffect(() => {
    // Another conversation may be just as long.
    if (scroller.current && atEnd.peek()) lastTop.current = toEnd(scroller.current);
  }, [session.value.id]);

  const onScroll = (): void => {
    const outer = scroller.current;
    if (!outer) return;
    const { scrollTop, scrollHeight, clientHeight } = outer;
    // Told late: the answer may have grown since. Only who moves up leaves the end.
    if (scrollHeight - scrollTop - clientHeight < NEAR_PX) atEnd.value = true;
    else if (scrollTop < lastTop.current) atEnd.value = false;
    lastTop.current = scrollTop;
  };
  const jump = (): void => {
    atEnd.value = true;
    forgetEarlier();
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  return (
    <div class="stage">
      <main ref={scroller} tabIndex={-1} onScroll={onScroll} aria-label={t("Conversation")}>
        <div ref={list} class="turns" role="log" aria-live="off">
          {anyEarlier.value && <Earlier key={shown[0]?.key} within={scroller} />}
          {turns.value.length === 0 ? (
            <Empty />
          ) : (
            shown.map((row, index) => <RowView key={row.key} row={row} last={index === shown.length - 1} />)
          )}
        </div>
      </main>
      {!atEnd.value && <JumpToEnd jump={jump} />}
    </div>
  );
}

/** Gives where that is: who moves up in the same frame, of which one scroll is told, is seen to. */
function toEnd(outer: HTMLElement): number {
  outer.scrollTop = outer.scrollHeight;
  return outer.scrollTop;
}

/** It goes away at the end, however that was reached: a cursor on it goes on to the message box. */
function JumpToEnd({ jump }: { jump: () => void }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    return () => {
      if (own === document.activeElement) wishFocus();
    };
  }, []);
  return (
    <button ref={button} type="button" class="jump" onClick={jump}>
      <Icon name="arrow-down" />
      {t("Jump to end")}
    </button>
  );
}

/** Turns that come before the first one must not push what is read away. */
function useKeptPlace(scroller: { current: HTMLElement | null }, first: string | undefined): void {
  const before = useRef(first);
  const fromEnd = useRef<number | undefined>(undefined);
  const outer = scroller.current;
  if (outer && first !== before.current && !atEnd.peek())
    fromEnd.current = outer.scrollHeight - outer.scrollTop;
  useLayoutEffect(() => {
    before.current = first;
    if (outer && fromEnd.current !== undefined) outer.scrollTop = outer.scrollHeight - fromEnd.current;
    fromEnd.current = undefined;
  }, [first]);
}

/** The cursor stood on the button that went away: it goes on to the one that comes in its place. */
let hadCursor = false;

/** At the beginning of what is here. Seen, or nearly, it brings what is before; by keyboard it is a button. */
function Earlier({ within }: { within: { current: HTMLElement | null } }) {
  const button = useRef<HTMLButtonElement>(null);
  useLayoutEffect(() => {
    const own = button.current;
    if (hadCursor) own?.focus({ preventScroll: true });
    hadCursor = false;
    return () => {
      hadCursor = own === document.activeElement;
      // Before the first of all there is no other.
      if (hadCursor) within.current?.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    if (!button.current) return undefined;
    const seen = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) showEarlier();
      },
      { root: within.current, rootMargin: `${AHEAD} 0px 0px` },
    );
    seen.observe(button.current);
    return () => seen.disconnect();
  }, []);
  return (
    <button ref={button} type="button" class="quiet earlier" onClick={showEarlier}>
      {t("Show earlier messages")}
    </button>
  );
}
