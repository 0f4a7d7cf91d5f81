// What may be attached: text and pictures by their bytes, within bounds that are said; what looks secret asks first; and
// how the model is told.

import assert from "node:assert/strict";
import { MAX_IMAGE_BYTES, readImage } from "../../src/chat/attach/image.ts";
import { rankPaths } from "../../src/chat/attach/rank.ts";
import { looksSecret } from "../../src/chat/attach/secret-file.ts";
import { boundedText, MAX_BYTES, sizeOf, textOfBytes } from "../../src/chat/attach/text-of-bytes.ts";
import { Composer, type Held } from "../../src/chat/composer.ts";
import { slashCommandOf } from "../../src/chat/slash-commands.ts";
import { messagesOf } from "../../src/chat/told.ts";
import { questionEntry } from "../../src/chat/turns.ts";

const PNG = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex");

function held(id: string, text: string | null, more: Partial<Held["attachment"]> = {}): Held {
  return { attachment: { id, kind: "file", label: `${id}.ts`, detail: "1 KB", image: null, ...more }, text };
}

describe("files that look secret", () => {
  it("are known by name, by folder and by what they hold", () => {
    for (const path of [
      ".env",
      "app/.env.production",
      "certs/server.pem",
      "id_rsa",
      "home/.ssh/config",
      ".aws/credentials",
      "secrets.yaml",
      ".npmrc",
      "infra/prod.tfvars",
      "C:\\Users\\me\\.ssh\\known_hosts",
    ])
      assert.ok(looksSecret(path), path);
    assert.ok(looksSecret("notes.txt", "x\n-----BEGIN OPENSSH PRIVATE KEY-----\nAAAA"));
  });
  it("and others are not", () => {
    for (const path of [
      ".env.example",
      "src/keyboard.ts",
      "environment.ts",
      "id_rsa.pub",
      "monkey.js",
      "secretary.md",
    ])
      assert.ok(!looksSecret(path), path);
  });
});

describe("text of a file", () => {
  it("is what its bytes say; a binary is none", () => {
    assert.deepEqual(textOfBytes(Buffer.from("grün\n")), { text: "grün\n", size: 6, cut: false });
    assert.equal(textOfBytes(Buffer.from([1, 0, 2]))?.text, undefined);
    assert.equal(textOfBytes(Buffer.from([0x66, 0xff, 0x66])), undefined, "no UTF-8");
    assert.equal(textOfBytes(Buffer.from("\ufeffutf16", "utf16le"))?.text, "utf16");
  });
  it("is bounded at a line, and never within a character", () => {
    const lines = "ä".repeat(99).concat("\n").repeat(3_000);
    for (const read of [textOfBytes(Buffer.from(lines)), boundedText(lines)]) {
      assert.ok(read?.cut);
      assert.equal(read.size, Buffer.byteLength(lines));
      assert.ok(Buffer.byteLength(read.text) <= MAX_BYTES && Buffer.byteLength(read.text) > MAX_BYTES - 200);
      assert.ok(read.text.endsWith("ä\n") && !read.text.includes("\ufffd"));
    }
    assert.equal(boundedText("x".repeat(MAX_BYTES)).cut, false);
    assert.deepEqual([sizeOf(12), sizeOf(2_048), sizeOf(3_500_000)], ["12 B", "2 KB", "3.3 MB"]);
  });
});

describe("a picture", () => {
  it("is what its bytes say, whatever was claimed", () => {
    const base64 = PNG.toString("base64");
    assert.deepEqual(readImage(`data:image/jpeg;base64,${base64}`), {
      url: `data:image/png;base64,${base64}`,
      type: "image/png",
      bytes: PNG.length,
    });
  });
  it("is refused as another type, as no image at all, or when it is too large", () => {
    const svg = Buffer.from("<svg onload=alert(1)>").toString("base64");
    for (const url of [
      `data:image/svg+xml;base64,${svg}`,
      `data:text/html;base64,${svg}`,
      "data:image/png,plain",
      "https://example.org/a.png",
      "data:image/png;base64,@@",
    ])
      assert.equal(readImage(url), "type", url);
    const large = Buffer.concat([PNG, Buffer.alloc(MAX_IMAGE_BYTES)]).toString("base64");
    assert.equal(readImage(`data:image/png;base64,${large}`), "size");
  });
});

describe("files for what is typed", () => {
  it("the name first, then the path, then letters in order; the shorter before", () => {
    const paths = [
      "src/chat/view.ts",
      "test/view.test.ts",
      "view",
      "docs/overview.md",
      "src/vscode/index.ts",
      "x.c",
    ];
    const ranked = (query: string) => rankPaths(paths, (path) => path, query, 10);
    assert.deepEqual(ranked("view"), ["view", "src/chat/view.ts", "test/view.test.ts", "docs/overview.md"]);
    assert.deepEqual(ranked("chat/"), ["src/chat/view.ts"]);
    assert.deepEqual(ranked("svi"), [
      "docs/overview.md",
      "src/chat/view.ts",
      "test/view.test.ts",
      "src/vscode/index.ts",
    ]);
    assert.equal(rankPaths(paths, (path) => path, "", 2).length, 2);
  });
});

describe("what the model is told of a question", () => {
  it("attachments stand before it, each in a fence it cannot close", () => {
    const composer = new Composer();
    composer.attach(held("a", "one\n```\ntwo"), held("b", "three"));
    const [message] = messagesOf([questionEntry(composer.question("what is it?"))]);
    assert.equal(message?.content, "a.ts\n````\none\n```\ntwo\n````\n\nb.ts\n```\nthree\n```\n\nwhat is it?");
  });
  it("pictures go as parts", () => {
    const composer = new Composer();
    const image = `data:image/png;base64,${PNG.toString("base64")}`;
    composer.attach(held("shot", null, { kind: "image", image }));
    assert.deepEqual(messagesOf([questionEntry(composer.question("see"))])[0]?.content, [
      { type: "text", text: "see" },
      { type: "image_url", image_url: { url: image } },
    ]);
    assert.deepEqual(
      messagesOf([questionEntry(composer.question(""))])[0]?.content,
      [{ type: "image_url", image_url: { url: image } }],
      "a picture alone is a question too",
    );
  });
  it("a command's prompt stands in its place, with its code once", () => {
    const composer = new Composer();
    composer.attach(held("a", "code"), held("b", "more"));
    const question = composer.question("/fix it", { text: "Fix this:\n\ncode", within: "a" });
    const entry = questionEntry(question);
    assert.equal(messagesOf([entry])[0]?.content, "b.ts\n```\nmore\n```\n\nFix this:\n\ncode");
    assert.equal(entry.turn.text, "/fix it", "a person sees what they typed");
  });
});

/** As the chat sends it: `meanwhile` it looks whether another window went on. */
function sent(composer: Composer, meanwhile?: () => void): void {
  const question = composer.question();
  composer.typed("");
  meanwhile?.();
  composer.sent(question);
}

describe("the message box", () => {
  it("keeps what was being written while an earlier question is edited", () => {
    const composer = new Composer();
    composer.typed("half a thought");
    composer.attach(held("mine", "text"));
    const earlier = questionEntry({
      text: "before",
      attachments: [held("old", "").attachment],
      attached: [{ id: "old", text: "old text", source: { file: "old.ts", language: "ts", lines: "" } }],
    });
    composer.edit(earlier, "half a thought more");
    assert.deepEqual(
      [composer.text, composer.held[0]?.text, composer.editing],
      ["before", "old text", earlier.turn.id],
    );
    assert.equal(composer.held[0]?.source?.file, "old.ts");
    composer.edit(earlier, "changed");
    composer.cancelEdit();
    assert.deepEqual([composer.text, composer.attachments[0]?.id], ["half a thought more", "mine"]);
    composer.edit(earlier, composer.text);
    sent(composer);
    assert.deepEqual(
      [composer.text, composer.attachments[0]?.id, composer.editing],
      ["half a thought more", "mine", null],
    );
    sent(composer);
    assert.deepEqual([composer.text, composer.attachments], ["", []]);
  });
  it("keeps what is typed and attached while a message is on its way", () => {
    const composer = new Composer();
    composer.typed("set aside");
    composer.attach(held("mine", "text"));
    composer.edit(questionEntry({ text: "before", attachments: [], attached: [] }), composer.text);
    sent(composer, () => {
      composer.typed("the next", 7);
      composer.attach(held("late", "text"));
    });
    assert.deepEqual(
      [composer.text, composer.attachments.map(({ id }) => id)],
      ["set aside\n\nthe next", ["mine", "late"]],
    );
    sent(composer, () => composer.typed("and another", 9));
    assert.deepEqual([composer.text, composer.attachments, composer.typedAt], ["and another", [], 9]);
  });
  it("knows commands, and questions that only begin like one", () => {
    assert.equal(slashCommandOf("/fix the\nloop")?.rest, "the\nloop");
    assert.equal(slashCommandOf(" /help ")?.command.name, "help");
    for (const text of ["/etc/hosts is wrong", "/fixit", "what does /fix do?", "/", "/constructor"])
      assert.equal(slashCommandOf(text), undefined, text);
  });
});
