// What a question brings along, a chip each: images as thumbnails, everything else by its kind and name.

import { useEffect, useRef } from "preact/hooks";
import type { Attachment } from "../server/protocol/webview.ts";
import { Icon, IconButton, type IconName } from "./icon.tsx";
import { pictureOf, wantPicture } from "./pictures.ts";
import { t } from "./strings.ts";

/** As near to being seen as this, a picture is asked for. */
const AHEAD = "400px";

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

function Picture({ of }: { of: Attachment }) {
  return of.kind === "image" ? <Thumbnail of={of} /> : <Icon name={ICONS[of.kind]} />;
}

/** Its name stands beside it. Only what came as data is shown: nothing is loaded. */
function Thumbnail({ of: { id, image } }: { of: Attachment }) {
  const place = useRef<HTMLSpanElement>(null);
  const known = image ?? pictureOf(id).value;
  const missing = known === null;
  useEffect(() => {
    if (!missing || !place.current) return undefined;
    const near = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) wantPicture(id);
      },
      { rootMargin: AHEAD },
    );
    near.observe(place.current);
    return () => near.disconnect();
  }, [id, missing]);
  return (
    <span ref={place} class="thumbnail">
      {known?.startsWith("data:image/") && <img src={known} alt="" />}
    </span>
  );
}
