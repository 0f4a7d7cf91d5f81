// `npm run package`: builds, and packs the VSIX into the project's folder.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build, PROJECT } from "./build.ts";
import { pack } from "./pack.ts";
import { runMain } from "./processes.ts";

await runMain(async () => {
  process.stdout.write(await build());
  const { name, version } = JSON.parse(readFileSync(join(PROJECT, "package.json"), "utf8")) as {
    name: string;
    version: string;
  };
  const file = join(PROJECT, `${name}-${version}.vsix`);
  await pack(PROJECT, file);
  console.log(file);
  return 0;
});
