// How hard the model thinks before it answers, where it is one that does: said when somebody chose it, else a small sign.

import type { Effort } from "../server/protocol/webview.ts";
import { post } from "./host.ts";
import { Icon } from "./icon.tsx";
import { t } from "./strings.ts";
import { effort } from "./surroundings.ts";

export function EffortButton() {
  const chosen = effort.value;
  if (chosen === null) return null;
  const said = wordOf(chosen);
  const label = `${t("Thinking Effort")}: ${said}`;
  return (
    <button
      type="button"
      class="quiet effort"
      title={label}
      aria-label={label}
      onClick={() => post({ type: "selectEffort" })}
    >
      <Icon name="lightbulb" />
      {chosen !== "default" && <span class="name">{said}</span>}
    </button>
  );
}

function wordOf(one: Effort): string {
  switch (one) {
    case "low":
      return t("Low");
    case "medium":
      return t("Medium");
    case "high":
      return t("High");
    default:
      return t("Automatic");
  }
}
