// What inline completions are made of: loaded where they are on.

export { InlineCompletions } from "./provider.ts";
export { InlineStatus } from "./status.ts";
