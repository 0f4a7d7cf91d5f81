// What a folder may decide: nothing that leads a request, a key or a program elsewhere. A setting that is new and has no
// scope of the machine fails here, until somebody has thought about it.

import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";

interface Setting {
  scope?: string;
  type?: string | string[];
}
interface Manifest {
  main?: string;
  browser?: string;
  extensionKind: string[];
  activationEvents: string[];
  capabilities: {
    untrustedWorkspaces: { supported: unknown; restrictedConfigurations: string[] };
    virtualWorkspaces: unknown;
  };
  contributes: {
    configuration: { properties: Record<string, Setting> };
    commands: { command: string }[];
    views: Record<string, { id: string }[]>;
    walkthroughs: { steps: { description: string; media: { markdown: string } }[] }[];
  };
}

const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const SETTINGS = manifest.contributes.configuration.properties;

/** A folder may set these in a trusted workspace: they name no address, header, proxy, path or command. */
const HARMLESS: ReadonlySet<string> = new Set([
  // A model's name; its address and key are the user's own.
  "edgequake.defaultModel",
]);
const OF_THE_MACHINE = new Set(["machine", "application"]);

/** What would let a folder lead a request or a key elsewhere. */
function unscoped(settings: Readonly<Record<string, Setting>>): string[] {
  return Object.entries(settings)
    .filter(([name, { scope }]) => !HARMLESS.has(name) && !OF_THE_MACHINE.has(scope ?? "window"))
    .map(([name]) => name);
}

describe("what a folder may decide", () => {
  it("every setting but the harmless is the machine's", () => {
    assert.deepEqual(unscoped(SETTINGS), []);
    for (const name of HARMLESS) assert.ok(SETTINGS[name], `${name} is no setting any more`);
  });

  it("a new setting without a scope is seen", () => {
    assert.deepEqual(unscoped({ "edgequake.newBase": { type: "string" } }), ["edgequake.newBase"]);
    assert.deepEqual(unscoped({ "edgequake.new": { type: "string", scope: "resource" } }), ["edgequake.new"]);
    assert.deepEqual(unscoped({ "edgequake.new": { type: "string", scope: "machine-overridable" } }), [
      "edgequake.new",
    ]);
  });

  it("an untrusted folder decides nothing: every setting is restricted, and the chat still works", () => {
    const { supported, restrictedConfigurations } = manifest.capabilities.untrustedWorkspaces;
    assert.equal(supported, "limited");
    assert.deepEqual([...restrictedConfigurations].sort(), Object.keys(SETTINGS).sort());
  });

  it("EdgeQuake runs where the files are, and never in a host that cannot start a process", () => {
    assert.equal(manifest.extensionKind[0], "workspace");
    assert.equal(manifest.browser, undefined);
  });

  it("nothing begins with VS Code or with a folder", () => {
    for (const event of manifest.activationEvents)
      assert.match(event, /^on(?:Language|Command|View|ChatParticipant)/, event);
  });

  it("every command that the first steps offer is there", () => {
    const texts = JSON.parse(readFileSync("package.nls.json", "utf8")) as Record<string, string>;
    const { commands, walkthroughs, views } = manifest.contributes;
    const there = new Set([
      ...commands.map(({ command }) => command),
      ...Object.values(views).flatMap((all) => all.map(({ id }) => `${id}.focus`)),
    ]);
    const steps = walkthroughs.flatMap((one) => one.steps);
    assert.ok(steps.length >= 6);
    for (const { description, media } of steps) {
      const text = texts[description.slice(1, -1)] ?? "";
      for (const [, command = ""] of text.matchAll(/\(command:([\w.]+)\)/g))
        assert.ok(there.has(command), `${command} in "${description}"`);
      assert.ok(existsSync(media.markdown), media.markdown);
    }
  });

  it("no .env is read, and nothing is told about anybody", () => {
    const files = globSync("{src,server}/**/*.ts").filter((file) => existsSync(file));
    assert.ok(files.length > 150);
    for (const file of files) {
      const text = readFileSync(file, "utf8").replaceAll(/^\s*(?:\/\/|\*|\/\*).*$/gm, "");
      assert.doesNotMatch(text, /dotenv|["'`/]\.env["'`]/, file);
      assert.doesNotMatch(text, /createTelemetryLogger|TelemetryReporter|applicationinsights/i, file);
    }
  });
});
