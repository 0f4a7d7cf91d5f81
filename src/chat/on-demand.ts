// What the chat loads when it is first used: the extension itself stays small.

export { attachById } from "./attach/attach-by-id.ts";
export { attachedImage, attachedUri, uriOfWindow } from "./attach/attached-file.ts";
export { suggestionsFor } from "./attach/suggestions.ts";
export { runCodeAction } from "./code-actions.ts";
export { Elsewhere } from "./elsewhere.ts";
export { exportChat } from "./export-chat.ts";
export { HeldFiles } from "./held-files.ts";
export { deleteChat, renameChat, showHistory } from "./history.ts";
export { limitsBehind } from "./limits-behind.ts";
export { pickSideBySide } from "./side-by-side.ts";
export { pickSlashCommand, slashList, slashPrompt } from "./slash-prompt.ts";
