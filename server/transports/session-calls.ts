// The methods of chats: what comes in is checked here, and what is kept lies in the store.

import { METHOD } from "../protocol/names.ts";
import type { AppendOrder } from "../protocol/session-types.ts";
import { checkWith } from "../validate.ts";
import type { Handler } from "./calls.ts";

export const sessionCalls: Readonly<Record<string, Handler>> = {
  [METHOD.sessionList]: async ({ service: { sessions } }, params) =>
    sessions.list(await checkWith("sessionListParams", params ?? {})),
  [METHOD.sessionRead]: async ({ service: { sessions } }, params) =>
    sessions.read(await checkWith("sessionReadParams", params)),
  [METHOD.sessionAppend]: async ({ service: { sessions } }, params) => ({
    session: await sessions.append((await checkWith("sessionAppendParams", params)) as AppendOrder),
  }),
  [METHOD.sessionRename]: async ({ service: { sessions } }, params) => ({
    session: await sessions.rename(await checkWith("sessionRenameParams", params)),
  }),
  [METHOD.sessionDelete]: async ({ service: { sessions } }, params) => ({
    deleted: await sessions.delete(await checkWith("sessionParams", params)),
  }),
  [METHOD.sessionBranch]: async ({ service: { sessions } }, params) => ({
    session: await sessions.branch(await checkWith("sessionBranchParams", params)),
  }),
  [METHOD.sessionSearch]: async ({ service: { sessions } }, params) => ({
    hits: await sessions.search(await checkWith("sessionSearchParams", params)),
  }),
  [METHOD.sessionExport]: async ({ service: { sessions } }, params) => ({
    text: await sessions.export(await checkWith("sessionExportParams", params)),
  }),
};
