// The licences of what is bundled, as dist/THIRD_PARTY_NOTICES.txt: read off the metafiles, so that no package whose
// code is in a bundle can be missing. A package that tells no licence fails the build.

import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** Where a package publishes no text of its licence: the text everybody means by its name. */
const MIT = (holder) => `MIT License

Copyright (c) ${holder}

Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy, modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the Software is furnished to do so, subject to the following conditions:

The above copyright notice and this permission notice shall be included in all copies or substantial portions of the Software.

THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;

const TEXT_FILE = /^(licen[cs]e|notice|copying|third-?party-?notices)([.-].*)?$/i;

/** The package an input of a bundle belongs to, as its folder. */
function packageOf(input) {
  return /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(input)?.[0];
}

function bundledPackages(metafiles) {
  const inputs = metafiles.flatMap(({ inputs }) => Object.keys(inputs));
  return [...new Set(inputs.map(packageOf).filter((folder) => folder !== undefined))];
}

function noticeOf(folder) {
  const { name, version, license, author, homepage } = JSON.parse(
    readFileSync(join(folder, "package.json"), "utf8"),
  );
  if (typeof license !== "string") throw new Error(`${name} tells no licence: it cannot be bundled`);
  const files = readdirSync(folder).filter((file) => TEXT_FILE.test(file));
  const texts = files.sort().map((file) => readFileSync(join(folder, file), "utf8").trim());
  if (texts.length === 0) {
    if (license !== "MIT") throw new Error(`${name} (${license}) brings no text of its licence`);
    texts.push(MIT(`the authors of ${name}${author ? `, ${author.name ?? author}` : ""}`));
  }
  return {
    name,
    text: [`${name} ${version} (${license})`, homepage ?? "", "", ...texts].join("\n").trimEnd(),
  };
}

export function notices(metafiles) {
  const all = bundledPackages(metafiles).map(noticeOf);
  all.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  const rule = `\n\n${"-".repeat(72)}\n\n`;
  return `${[
    "EdgeQuake contains code of these packages. Each is under its own licence, given here.",
    ...all.map(({ text }) => text),
  ].join(rule)}\n`.replaceAll("\r\n", "\n");
}
