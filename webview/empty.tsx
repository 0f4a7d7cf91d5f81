// An empty chat: where messages will go, and what to do about it.

import { post } from "./host.ts";
import { t } from "./strings.ts";
import { compared, model } from "./surroundings.ts";

export function Empty() {
  const current = model.value;
  if (!current) return null;
  const echo = current.model === "mock/echo" && !current.chosen;
  const several = compared.value;
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
          {t("Your messages go to")}{" "}
          <strong>{several.length > 0 ? several.join(", ") : current.model}</strong>
        </p>
      )}
      <p class="actions">
        <button type="button" class={echo ? "" : "secondary"} onClick={() => post({ type: "setApiKey" })}>
          {t("Set API Key")}
        </button>
        <button type="button" class="secondary" onClick={() => post({ type: "selectModel" })}>
          {t("Select Model")}
        </button>
        {echo && (
          <button type="button" class="secondary" onClick={() => post({ type: "getStarted" })}>
            {t("Get Started")}
          </button>
        )}
      </p>
      <p class="hint">
        {t(
          "Type @ to bring along files, problems or changes, / for commands. Images can be pasted or dropped.",
        )}{" "}
        {t("Files are dragged here from the Explorer with Shift held.")}
      </p>
    </section>
  );
}
