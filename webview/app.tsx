// The chat: turns above, message box below. The list follows the answer while its end is in sight.

import { useEffect, useRef } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { post } from "./host.ts";
import { announcement, atEnd, busy, model, turns } from "./state.ts";
import { t } from "./strings.ts";
import { TurnView } from "./turn-view.tsx";

/** As near to the end as this counts as being there. */
const NEAR_PX = 48;

export function App() {
  const scroller = useRef<HTMLElement>(null);
  const list = useRef<HTMLDivElement>(null);
  const lastTop = useRef(0);

  useEffect(() => {
    const [outer, inner] = [scroller.current, list.current];
    if (!outer || !inner) return undefined;
    const follow = new ResizeObserver(() => {
      if (atEnd.peek()) outer.scrollTop = outer.scrollHeight;
    });
    follow.observe(inner);
    follow.observe(outer);
    return () => follow.disconnect();
  }, []);

  useEffect(() => {
    // Wherever the cursor is.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || !busy.peek() || event.isComposing) return;
      event.preventDefault();
      post({ type: "stop" });
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);

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
    scroller.current?.scrollTo({ top: scroller.current.scrollHeight });
  };
  return (
    <>
      <main ref={scroller} onScroll={onScroll} aria-label={t("Conversation")}>
        <div ref={list} class="turns" role="log" aria-live="off">
          {turns.value.length === 0 ? (
            <Empty />
          ) : (
            turns.value.map(({ id, data, fresh }, index) => (
              <TurnView key={id} data={data} fresh={fresh} last={index === turns.value.length - 1} />
            ))
          )}
        </div>
      </main>
      {!atEnd.value && (
        <button type="button" class="jump" onClick={jump}>
          {t("Jump to end")}
        </button>
      )}
      <Composer />
      <div class="announcer" aria-live="polite">
        {announcement.value}
      </div>
    </>
  );
}

function Empty() {
  const current = model.value;
  if (!current) return null;
  const echo = current.model === "mock/echo" && !current.chosen;
  return (
    <section class="empty">
      <h2>EdgeQuake</h2>
      {echo ? (
        <p>
          {t(
            "No provider is configured yet, so mock/echo answers: it needs no key and only repeats what you say.",
          )}
        </p>
      ) : (
        <p>
          {t("Your messages go to")} <strong>{current.model}</strong>
        </p>
      )}
      <p class="actions">
        <button type="button" onClick={() => post({ type: "setApiKey" })}>
          {t("Set API Key")}
        </button>
        <button type="button" class="secondary" onClick={() => post({ type: "selectModel" })}>
          {t("Select Model")}
        </button>
      </p>
    </section>
  );
}
