// An answer's words as markdown that grows: what is finished is shown once.

import { useLayoutEffect, useRef } from "preact/hooks";
import { MarkdownView } from "./markdown-view.ts";

export function Markdown({ text, ended }: { text: string; ended: boolean }) {
  const element = useRef<HTMLDivElement>(null);
  const view = useRef<MarkdownView | null>(null);
  useLayoutEffect(() => {
    if (!element.current) return;
    view.current ??= new MarkdownView(element.current);
    view.current.update(text, ended);
  }, [text, ended]);
  useLayoutEffect(
    () => () => {
      view.current?.dispose();
      view.current = null;
    },
    [],
  );
  return <div class="markdown" ref={element} />;
}
