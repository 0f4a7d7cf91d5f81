// Takes a suggestion: what was typed for it leaves the message box, as an edit that can be undone. What is brought
// along becomes a chip; a command stays as the question's first word.

import type { Suggestion } from "../server/protocol/webview.ts";
import { post } from "./host.ts";
import type { QueryAt } from "./query-at.ts";
import { want } from "./suggesting.ts";

export function take({ id }: Suggestion, { query, start, end }: QueryAt, box: HTMLTextAreaElement): void {
  box.focus();
  box.setSelectionRange(start, end);
  if (query.startsWith("/")) {
    document.execCommand("insertText", false, `${id.startsWith("/") ? id : `/${id}`} `);
  } else {
    document.execCommand("delete");
    post({ type: "attach", id });
  }
  want(undefined);
}
