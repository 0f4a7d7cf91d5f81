// Says something to the host that takes the button away which said it: the cursor goes to the message box.

import type { FromWebview } from "../server/protocol/webview.ts";
import { wishFocus } from "./draft.ts";
import { post } from "./host.ts";

export function leave(message: FromWebview): void {
  post(message);
  wishFocus();
}
