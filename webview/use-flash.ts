// "Copied", for a moment.

import { useEffect, useRef, useState } from "preact/hooks";

const SHOWN_MS = 1_500;

export function useFlash(): [shown: boolean, flash: () => void] {
  const [shown, setShown] = useState(false);
  const timer = useRef<number>(undefined);
  useEffect(() => () => clearTimeout(timer.current), []);
  const flash = (): void => {
    clearTimeout(timer.current);
    setShown(true);
    timer.current = window.setTimeout(() => setShown(false), SHOWN_MS);
  };
  return [shown, flash];
}
