// Below the message box: what to bring along, who answers, how full the context is, Send or Stop.

import { ContextRing } from "./context-ring.tsx";
import { draft } from "./draft.ts";
import { EffortButton } from "./effort-button.tsx";
import { post } from "./host.ts";
import { Icon, IconButton } from "./icon.tsx";
import { leave } from "./leave.ts";
import { t } from "./strings.ts";
import { attachments, compared, model } from "./surroundings.ts";
import { busy } from "./transcript.ts";

export function ComposerBar({ onMention }: { onMention: () => void }) {
  const several = compared.value;
  const name = several.length > 0 ? t("{0} models", several.length) : (model.value?.model ?? "…");
  return (
    <div class="bar">
      <IconButton icon="mention" label={t("Attach…")} onClick={onMention} />
      <button
        type="button"
        class="quiet model"
        title={several.length > 0 ? several.join("\n") : t("Select Model")}
        aria-label={
          several.length > 0
            ? `${t("Compare Models")}: ${name} (${several.join(", ")})`
            : `${t("Select Model")}: ${model.value?.model ?? ""}`
        }
        onClick={() => post({ type: several.length > 0 ? "selectCompare" : "selectModel" })}
      >
        <span class="name">{name}</span>
        <Icon name="chevron-down" />
      </button>
      {several.length === 0 && (
        <IconButton
          icon="split"
          label={t("Compare Models…")}
          onClick={() => post({ type: "selectCompare" })}
        />
      )}
      {several.length === 0 && <EffortButton />}
      <span class="space" />
      <ContextRing />
      {busy.value ? (
        <button
          type="button"
          class="go"
          aria-label={t("Stop")}
          title={t("Stop")}
          onClick={() => leave({ type: "stop" })}
        >
          <Icon name="stop" />
        </button>
      ) : (
        <button
          type="submit"
          class="go"
          aria-label={t("Send")}
          title={t("Send")}
          disabled={draft.value.trim() === "" && attachments.value.length === 0}
        >
          <Icon name="send" />
        </button>
      )}
    </div>
  );
}
