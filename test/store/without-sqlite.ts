// A process whose Node may have no SQLite: makes three calls and says as JSON what was counted and told. argv: folder.

import { Service } from "../../server/service.ts";
import { openStore } from "../../server/store/open-store.ts";

const env = { EDGEQUAKE_DATA_DIR: process.argv[2] };
const warnings: string[] = [];
const onWarning = (message: string): void => void warnings.push(message);
const service = new Service({ env, store: openStore(env, onWarning), onWarning });
for (let index = 0; index < 3; index += 1)
  await service.completion({ model: "mock/echo", messages: [{ role: "user", content: "x" }] });
const { rows } = await service.usage();
const chats = await service.sessions.list().then(String, (error: Error) => error.message);
process.stdout.write(JSON.stringify({ warnings, calls: rows[0]?.calls, chats }));
await service.dispose();
