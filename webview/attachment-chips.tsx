// What a question brings along, a chip each: images as thumbnails, everything else by its kind and name.

import type { Attachment } from "../server/protocol/webview.ts";
import { Icon, IconButton, type IconName } from "./icon.tsx";
import { t } from "./strings.ts";

const ICONS: Record<Attachment["kind"], IconName> = {
  image: "file",
  file: "file",
  folder: "folder",
  selection: "selection",
  editors: "files",
  problems: "warning",
  terminal: "terminal",
  diff: "diff",
};

interface ChipsProps {
  of: readonly Attachment[];
  /** Given where they can be taken away again. */
  onRemove?: (id: string) => void;
}

export function AttachmentChips({ of, onRemove }: ChipsProps) {
  if (of.length === 0) return null;
  return (
    <ul class="chips" aria-label={t("Attachments")}>
      {of.map((attachment) => (
        <li key={attachment.id} class="chip" title={[attachment.label, attachment.detail].join("\n").trim()}>
          <Picture of={attachment} />
          <span class="chip-label">{attachment.label}</span>
          {attachment.detail !== "" && <span class="chip-detail">{attachment.detail}</span>}
          {onRemove && (
            <IconButton
              icon="close"
              label={t("Remove {0}", attachment.label)}
              onClick={() => onRemove(attachment.id)}
            />
          )}
        </li>
      ))}
    </ul>
  );
}

function Picture({ of: { kind, image } }: { of: Attachment }) {
  // Its name stands beside it. Only what came as data is shown: nothing is loaded.
  return image?.startsWith("data:image/") ? <img src={image} alt="" /> : <Icon name={ICONS[kind]} />;
}
