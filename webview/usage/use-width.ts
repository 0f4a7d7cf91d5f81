// How wide an element is, in pixels, now and after every change of it.

import type { RefObject } from "preact";
import { useLayoutEffect, useState } from "preact/hooks";

/** Before the element is laid out. */
const USUAL = 720;

export function useWidth(element: RefObject<Element | null>): number {
  const [width, setWidth] = useState(USUAL);
  useLayoutEffect(() => {
    const { current } = element;
    if (current === null) return;
    const measure = (): void => setWidth(Math.max(1, Math.round(current.getBoundingClientRect().width)));
    measure();
    const watch = new ResizeObserver(measure);
    watch.observe(current);
    return () => watch.disconnect();
  }, [element]);
  return width;
}
