// `npm start`: one answer streamed token by token from the backend, then a real VS Code in the browser with
// EdgeQuake installed and its chat open. Needs no key, no network beyond the package registry and no browser.

import { randomBytes } from "node:crypto";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { startBackend } from "./backend-process.ts";
import { build, packVsix } from "./build.ts";
import { pageAddress, startCodeHost } from "./code-host.ts";
import { type Choice, FALLBACK, firstProvider } from "./first-provider.ts";
import { packOpener } from "./opener.ts";
import { PlainError, runMain } from "./processes.ts";
import { withStep } from "./progress.ts";
import { SAMPLE_FILE, sampleWorkspace, temporaryFolder } from "./sample-workspace.ts";

const QUESTION = "In one sentence: what is a streaming language model client good for?";

/** Prints the answer as it arrives; false when the provider failed. */
async function showAnswer(choice: Choice): Promise<boolean> {
  const backend = await startBackend({ clientInfo: { name: "npm start" } });
  try {
    process.stdout.write(`\nModel:  ${choice.model}\nYou:    ${QUESTION}\nAnswer: `);
    const stream = backend.client.stream({
      model: choice.model,
      messages: [{ role: "user", content: QUESTION }],
    });
    let tokens = 0;
    for await (const chunk of stream) {
      const text = chunk.choices[0]?.delta.content;
      if (!text) continue;
      tokens += 1;
      process.stdout.write(text);
    }
    const end = await stream.end;
    process.stdout.write(
      `\n        (${tokens} pieces, first after ${Math.round(end.ms_first_chunk ?? end.ms_total)} ms, ${end.usage?.total_tokens ?? "?"} tokens)\n\n`,
    );
    return true;
  } catch (error) {
    process.stdout.write(`\n        ${(error as Error).message}\n\n`);
    return false;
  } finally {
    await backend.stop();
  }
}

async function chooseModel(): Promise<Choice> {
  const backend = await startBackend({ clientInfo: { name: "npm start" } });
  try {
    return await firstProvider(backend.client);
  } finally {
    await backend.stop();
  }
}

async function main(): Promise<number> {
  await build();
  let choice = await chooseModel();
  console.log(`\nUsing ${choice.model} (${choice.reason})`);
  if (!(await showAnswer(choice))) {
    if (choice.model === FALLBACK) throw new PlainError("The built-in mock did not answer.");
    choice = { model: FALLBACK, reason: "the provider above failed" };
    console.log(`Using ${choice.model} instead (${choice.reason})`);
    if (!(await showAnswer(choice))) throw new PlainError("The built-in mock did not answer either.");
  }

  const dataFolder = temporaryFolder("vscode");
  const tokenFile = join(dataFolder, "token");
  writeFileSync(tokenFile, randomBytes(16).toString("hex"), { mode: 0o600 });
  const workspace = sampleWorkspace({ "edgequake.defaultModel": choice.model });
  const vsix = [await packVsix(dataFolder), await packOpener(dataFolder, SAMPLE_FILE)];
  const host = await withStep("Starting VS Code", () =>
    startCodeHost({ dataFolder, workspace, tokenFile, vsix }),
  );
  console.log(`
EdgeQuake is running in VS Code. Open this in a browser:

  ${pageAddress(host, { workspace, tokenFile })}

Ctrl-C stops it. The folder it opens and everything typed there are temporary.
`);
  await host.ended;
  throw new PlainError(`VS Code's server ended:\n${host.log().trim().slice(-2000)}`);
}

await runMain(main);
