// A small folder to open in VS Code: a file worth asking about, and settings that keep the window quiet.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./processes.ts";

// Not TypeScript: this VS Code comes without its language server, and would complain.
export const SAMPLE_FILE = "temperature.py";
const SAMPLE = `# Select a function, then run "EdgeQuake: Explain" from the command palette.


def to_fahrenheit(celsius: float) -> float:
    return celsius * 9 / 5 + 32


def average(values: list[float]) -> float:
    total = 0.0
    for value in values:
        total += value
    return total / len(values)
`;

/** A folder under the system's temporary one, removed when this process ends. */
export function temporaryFolder(name: string): string {
  const folder = mkdtempSync(join(tmpdir(), `edgequake-${name}-`));
  atExit(() => rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 }));
  return folder;
}

const QUIET = {
  "workbench.startupEditor": "none",
  "workbench.tips.enabled": false,
  "extensions.ignoreRecommendations": true,
  "git.openRepositoryInParentFolders": "never",
};

export function sampleWorkspace(settings: Record<string, unknown> = {}): string {
  const folder = join(temporaryFolder("workspace"), "sample");
  mkdirSync(join(folder, ".vscode"), { recursive: true });
  writeFileSync(join(folder, SAMPLE_FILE), SAMPLE);
  writeFileSync(
    join(folder, ".vscode", "settings.json"),
    `${JSON.stringify({ ...QUIET, ...settings }, null, 2)}\n`,
  );
  return folder;
}
