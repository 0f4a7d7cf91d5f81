// The whole page takes what is dropped on it, and says so while it is dragged over. VS Code would take files of the system
// for its editors as soon as it hears of them: it hears of none that are over this page.

import { useEffect, useState } from "preact/hooks";
import { wishFocus } from "./draft.ts";
import { attachDropped, holdsFiles } from "./handed-over.ts";
import { t } from "./strings.ts";

export function DropTarget() {
  const [over, setOver] = useState(false);
  useEffect(() => {
    const onOver = (event: DragEvent): void => {
      if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      event.preventDefault();
      event.stopPropagation();
      event.dataTransfer.dropEffect = "copy";
      setOver(true);
    };
    const onLeave = (event: DragEvent): void => {
      // Left the page, not only one element of it.
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent): void => {
      setOver(false);
      if (!event.dataTransfer || !holdsFiles(event.dataTransfer)) return;
      const attached = attachDropped(event.dataTransfer);
      if (attached) wishFocus();
      // A link is text where text is written; anywhere else it would lead the page away.
      if (attached || !(event.target instanceof HTMLTextAreaElement)) event.preventDefault();
    };
    // Before VS Code's own listeners, which are the window's.
    document.addEventListener("dragenter", onOver);
    document.addEventListener("dragover", onOver);
    document.addEventListener("dragleave", onLeave);
    document.addEventListener("drop", onDrop);
    return () => {
      document.removeEventListener("dragenter", onOver);
      document.removeEventListener("dragover", onOver);
      document.removeEventListener("dragleave", onLeave);
      document.removeEventListener("drop", onDrop);
    };
  }, []);
  return over ? <div class="drop-target">{t("Drop to attach")}</div> : null;
}
