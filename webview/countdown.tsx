// Why an answer does not come yet, and the seconds until it is asked for again, as they go by.

import { useEffect, useState } from "preact/hooks";
import type { TurnProgress } from "../server/protocol/webview.ts";
import { t } from "./strings.ts";

const TICK_MS = 200;

export function Countdown({ progress }: { progress: TurnProgress }) {
  const left = useTimeLeft(progress.wait_ms);
  const { failed, status_code, deployment } = progress;
  const what = status_code === null ? failed : `${failed} (${status_code})`;
  return (
    <p class="waiting retrying">
      <span class="dots" aria-hidden="true" />
      <span>
        <strong>{what}</strong>
        {" · "}
        <span role="timer" aria-live="off">
          {left > 0 ? t("Trying again in {0} s", Math.ceil(left / 1_000)) : t("Trying again now")}
        </span>
        {deployment !== null && ` ${t("on {0}", deployment)}`}
      </span>
    </p>
  );
}

function useTimeLeft(ms: number): number {
  const [until] = useState(() => performance.now() + ms);
  const [left, setLeft] = useState(ms);
  useEffect(() => {
    const timer = setInterval(() => {
      const now = Math.max(0, until - performance.now());
      setLeft(now);
      if (now === 0) clearInterval(timer);
    }, TICK_MS);
    return () => clearInterval(timer);
  }, [until]);
  return left;
}
