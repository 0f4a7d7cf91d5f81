// The chat: what it is about, its turns, the message box.

import { useEffect } from "preact/hooks";
import { Composer } from "./composer.tsx";
import { Conversation } from "./conversation.tsx";
import { DropTarget } from "./drop-target.tsx";
import { post } from "./host.ts";
import { SessionBar } from "./session-bar.tsx";
import { announcement } from "./surroundings.ts";
import { busy } from "./transcript.ts";

export function App() {
  useEffect(() => {
    // Wherever the cursor is, unless something nearer took it.
    const onKeyDown = (event: KeyboardEvent): void => {
      if (event.key !== "Escape" || event.defaultPrevented || !busy.peek() || event.isComposing) return;
      event.preventDefault();
      post({ type: "stop" });
    };
    window.addEventListener("keydown", onKeyDown);
    return () => window.removeEventListener("keydown", onKeyDown);
  }, []);
  return (
    <>
      <SessionBar />
      <Conversation />
      <Composer />
      <DropTarget />
      <div class="announcer" aria-live="polite">
        {announcement.value}
      </div>
    </>
  );
}
