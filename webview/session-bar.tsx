// What this chat is called, and the way to the others.

import { post } from "./host.ts";
import { Icon } from "./icon.tsx";
import { t } from "./strings.ts";
import { session } from "./surroundings.ts";

export function SessionBar() {
  const title = session.value.title || t("New Chat");
  return (
    <header class="session">
      <button
        type="button"
        class="quiet"
        title={t("Show Chats")}
        aria-label={`${title}: ${t("Show Chats")}`}
        onClick={() => post({ type: "history" })}
      >
        <Icon name="history" />
        <span class="title">{title}</span>
        <Icon name="chevron-down" />
      </button>
    </header>
  );
}
