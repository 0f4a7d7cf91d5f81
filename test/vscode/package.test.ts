// The package people install: small, nothing in it but what it needs, the licences of all that is bundled, and the
// same bytes from every clean build.

import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { build, PROJECT, packVsix } from "../host/build.ts";
import { pack } from "../host/pack.ts";
import { run } from "../host/processes.ts";
import { temporaryFolder } from "../host/sample-workspace.ts";
import { centralDirectory } from "../host/zip.ts";

const LIMIT = 2 * 1024 * 1024;
const OF_THE_FORMAT = ["extension.vsixmanifest", "[Content_Types].xml"];
/** One kind a line: whoever adds to the package says here what. */
const ALLOWED = [
  /^package(\.nls(\.[\w-]+)?)?\.json$/,
  /^(readme|changelog)\.md$|^LICENSE\.txt$/,
  /^l10n\/[\w.-]+\.json$/,
  /^media\/[\w-]+\.(png|svg)$/,
  /^media\/(prompts|walkthrough)\/[a-z]+\.md$/,
  /^dist\/(package\.json|THIRD_PARTY_NOTICES\.txt)$/,
  /^dist\/(extension|server|backend|tokenizer)\.js$|^dist\/extension-[\w-]+\.js$/,
  /^dist\/lib\/[\w-]+\.js$/,
  /^dist\/(webview|usage)\.(js|css)$|^dist\/[\w-]+\.ttf$/,
];
/** What a clone has and a build reads. */
const SOURCES = [
  ...[
    "package.json",
    ".vscodeignore",
    ".npmignore",
    "esbuild.mjs",
    "in-parts.mjs",
    "lean-start.mjs",
    "notices.mjs",
    "tsconfig.json",
  ],
  ...["README.md", "CHANGELOG.md", "LICENSE", "media", "l10n", "src", "server", "webview"],
];

function contents(vsix: string): Map<string, { head: Buffer; bytes: Buffer }> {
  const entries = centralDirectory(readFileSync(vsix));
  return new Map(entries.map(({ name, head, read }) => [name, { head, bytes: read() }]));
}

describe("the extension's package", function () {
  this.timeout(600_000);
  let vsix: string;

  before(async () => {
    vsix = await packVsix(temporaryFolder("package"));
  });

  it("is at most 2 MB", () => {
    const bytes = statSync(vsix).size;
    console.log(`      ${(bytes / 1024).toFixed(0)} KB`);
    assert.ok(bytes <= LIMIT, `${bytes} bytes`);
  });

  it("holds the bundles and nothing of their sources", () => {
    const names = [...contents(vsix).keys()].filter((name) => !OF_THE_FORMAT.includes(name));
    const files = names.map((name) => name.replace(/^extension\//, ""));
    assert.deepEqual(
      files.filter((file) => !ALLOWED.some((kind) => kind.test(file))),
      [],
    );
    for (const needed of [
      "dist/extension.js",
      "dist/server.js",
      "dist/webview.js",
      "media/prompts/fix.md",
      "package.json",
    ]) {
      assert.ok(files.includes(needed), needed);
    }
  });

  it("holds no path of the machine that built it", () => {
    const found = [...contents(vsix)].filter(([, { bytes }]) => bytes.includes(PROJECT));
    assert.deepEqual(
      found.map(([name]) => name),
      [],
    );
  });

  it("holds nothing that looks like a key, nor any of the tests' own", () => {
    const key = /\bsk-[\w-]{12,}|\bAKIA[0-9A-Z]{16}\b|\bgh[pousr]_\w{30,}|-----BEGIN [A-Z ]*PRIVATE KEY/;
    // The vocabulary of a tokenizer holds every word there is.
    const found = [...contents(vsix)].filter(
      ([name, { bytes }]) =>
        !/o200k/.test(name) && /\.(js|json|md|toml)$/.test(name) && key.test(bytes.toString()),
    );
    assert.deepEqual(
      found.map(([name, { bytes }]) => `${name}: ${key.exec(bytes.toString())?.[0]}`),
      [],
    );
  });

  it("tells the licence of every package whose code is in it", () => {
    const inside = contents(vsix);
    const notices = inside.get("extension/dist/THIRD_PARTY_NOTICES.txt")?.bytes.toString() ?? "";
    const packages = new Set<string>();
    const meta = join(PROJECT, "dist", "meta");
    for (const file of readdirSync(meta, { recursive: true, encoding: "utf8" })) {
      if (!file.endsWith(".json")) continue;
      const { inputs } = JSON.parse(readFileSync(join(meta, file), "utf8")) as {
        inputs: Record<string, unknown>;
      };
      for (const input of Object.keys(inputs)) {
        const name = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(input)?.[1];
        if (name !== undefined) packages.add(name);
      }
    }
    assert.ok(packages.size >= 10, [...packages].join(", "));
    const sections = notices.split(`\n${"-".repeat(72)}\n`).map((section) => section.trim());
    for (const name of packages) {
      const section = sections.find((text) => text.startsWith(`${name} `));
      assert.ok(section !== undefined, `${name} is bundled and not named`);
      assert.match(section, /copyright|licen[cs]e/i);
      assert.ok(section.length > 500, `${name}: the text of its licence is missing`);
    }
  });

  it("the npm package brings the licences too, and nothing of the editor's", async () => {
    await build();
    const npm = process.env["npm_execpath"] ?? "npm";
    const [file, before] = npm.endsWith(".js") ? [process.execPath, [npm]] : [npm, []];
    const listed = await run(file, [...before, "pack", "--dry-run", "--ignore-scripts", "--json"], {
      cwd: PROJECT,
    });
    assert.equal(listed.code, 0, listed.output);
    const [{ files }] = JSON.parse(listed.output.slice(listed.output.indexOf("["))) as [
      { files: { path: string }[] },
    ];
    const paths = files.map(({ path }) => path);
    for (const needed of ["dist/THIRD_PARTY_NOTICES.txt", "dist/server.js", "dist/index.mjs", "LICENSE"]) {
      assert.ok(paths.includes(needed), needed);
    }
    assert.deepEqual(
      paths.filter((path) => /extension[\w-]*\.js|webview|^src|^test|dist\/meta/.test(path)),
      [],
    );
  });

  it("is the same, byte by byte, from a clean build in another place, by another user, at another time", async function () {
    if (process.platform === "win32") return this.skip();
    await build();
    const place = join(temporaryFolder("clean"), "some where", "else");
    mkdirSync(place, { recursive: true });
    const texts = readdirSync(PROJECT).filter((name) => /^package\.nls.*\.json$/.test(name));
    for (const name of [...SOURCES, ...texts]) {
      if (existsSync(join(PROJECT, name)))
        cpSync(join(PROJECT, name), join(place, name), { recursive: true });
    }
    symlinkSync(join(PROJECT, "node_modules"), join(place, "node_modules"));
    const mask = process.umask(0o077);
    const zone = process.env["TZ"];
    process.env["TZ"] = "Pacific/Auckland";
    let other: string;
    try {
      const built = await run(process.execPath, ["esbuild.mjs"], { cwd: place });
      assert.equal(built.code, 0, built.output);
      other = join(place, "other.vsix");
      await pack(place, other);
    } finally {
      process.umask(mask);
      if (zone === undefined) delete process.env["TZ"];
      else process.env["TZ"] = zone;
    }
    const [one, two] = [contents(vsix), contents(other)];
    assert.deepEqual([...two.keys()], [...one.keys()]);
    for (const [name, { head, bytes }] of one) {
      assert.ok(two.get(name)?.bytes.equals(bytes), `${name} differs`);
      assert.ok(two.get(name)?.head.equals(head), `what the package says of ${name} differs`);
    }
    assert.ok(readFileSync(other).equals(readFileSync(vsix)));
  });
});
