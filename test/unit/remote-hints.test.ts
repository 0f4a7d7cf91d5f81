// What Diagnose says of "localhost" where that is not the machine one thinks of: WSL, SSH, containers, a codespace, a
// browser. The surroundings are data here; the words are the ones a person reads.

import assert from "node:assert/strict";
import type { Diagnosis, DiagnosisStep } from "../../server/protocol/results.ts";
import { elsewhere } from "../../server/service/elsewhere.ts";
import { missedPort, remotePlace } from "../../src/remote-place.ts";
import { withEnglish } from "./words-of-vscode.ts";

const UBUNTU = { container: false, kernel: "6.12.0-generic" };
const WSL = { container: false, kernel: "6.6.87.2-microsoft-standard-WSL2" };
const DOCKER = { container: true, kernel: "6.12.0-generic" };

const step = (name: string, outcome: DiagnosisStep["outcome"], message = ""): DiagnosisStep => ({
  name,
  outcome,
  message,
});
const refused = (address: string): DiagnosisStep[] => [
  step("address", "ok", `${address}, from the provider's default`),
  step("connect", "failed", "refused"),
];

describe("where localhost is, as the backend finds it", () => {
  const ollama = new URL("http://localhost:11434");

  it("in a container it is the container, and the host has a name", () => {
    const hint = elsewhere(ollama, DOCKER) ?? "";
    assert.match(hint, /localhost is the container itself/);
    assert.match(hint, /http:\/\/host\.docker\.internal:11434\./);
    assert.match(elsewhere(new URL("https://127.0.0.1"), DOCKER) ?? "", /host\.docker\.internal:443\./);
  });

  it("in WSL it is the Linux side, and Windows is reached otherwise", () => {
    const hint = elsewhere(ollama, WSL) ?? "";
    assert.match(hint, /localhost is the Linux side/);
    assert.match(hint, /mirrored networking/);
  });

  it("a container in WSL is a container", () => {
    assert.match(elsewhere(ollama, { ...WSL, container: true }) ?? "", /container itself/);
  });

  it("nothing is said on a machine like any other, nor of an address that is another machine's", () => {
    assert.equal(elsewhere(ollama, UBUNTU), undefined);
    for (const address of ["http://gpu.lan:11434", "http://localhost.example.com", "http://127.example.com"])
      for (const place of [WSL, DOCKER]) assert.equal(elsewhere(new URL(address), place), undefined, address);
    for (const address of ["http://[::1]:8080", "http://127.0.0.2:1234"])
      assert.notEqual(elsewhere(new URL(address), WSL), undefined, address);
  });
});

describe("where localhost is, as VS Code is connected", () => {
  it("is told by VS Code's name of the connection", () => {
    const rows: [string | undefined, boolean, ReturnType<typeof remotePlace>][] = [
      ["wsl", false, "wsl"],
      ["ssh-remote", false, "ssh"],
      ["dev-container", false, "container"],
      ["attached-container", false, "container"],
      ["k8s-container", false, "container"],
      ["codespaces", false, "codespaces"],
      ["codespaces", true, "codespaces"],
      ["tunnel", false, "other"],
      ["localhost:8080", true, "web"],
      [undefined, true, "web"],
      [undefined, false, undefined],
    ];
    for (const [remote, web, place] of rows) assert.equal(remotePlace({ remote, web }), place, `${remote}`);
  });

  it("matters only where a port of localhost was not reached, and nothing better is known", () => {
    assert.equal(missedPort(refused("http://localhost:11434")), "11434");
    assert.equal(missedPort(refused("http://127.0.0.1:1234/v1")), "1234");
    assert.equal(missedPort(refused("http://[::1]")), "80");
    assert.equal(missedPort(refused("https://localhost/v1")), "443");
    assert.equal(missedPort(refused("http://localhost.example.com:1")), undefined);
    assert.equal(missedPort(refused("https://api.openai.com/v1")), undefined);
    const reached = [step("address", "ok", "http://localhost:11434"), step("connect", "ok")];
    assert.equal(missedPort(reached), undefined);
    const told = [...refused("http://localhost:11434"), step("environment", "warning", "in a container")];
    assert.equal(missedPort(told), undefined);
  });
});

describe("what Diagnose says of it", () => {
  let words: typeof import("../../src/diagnosis-text.ts");
  before(async () => {
    words = await withEnglish(() => import("../../src/diagnosis-text.ts"));
  });

  const diagnosis = (address: string): Diagnosis => ({
    model: "ollama/llama3.2",
    provider: "ollama",
    steps: refused(address),
  });
  const hint = (remote: string | undefined, web = false): DiagnosisStep | undefined =>
    words.remoteHint(diagnosis("http://localhost:11434"), { remote, web });

  const ADVICE: [remote: string, advice: RegExp][] = [
    ["wsl", /networkingMode=mirrored in \.wslconfig.*OLLAMA_HOST=0\.0\.0\.0.*edgequake\.providers/],
    ["ssh-remote", /"RemoteForward 11434 localhost:11434".*ssh -R 11434:localhost:11434/],
    ["dev-container", /http:\/\/host\.docker\.internal:11434.*edgequake\.providers/],
    ["codespaces", /Nothing on your own machine is reached/],
    ["tunnel", /Start the server on that machine/],
  ];
  for (const [remote, advice] of ADVICE) {
    it(`${remote}: which machine it is, and how one's own is reached`, () => {
      const told = hint(remote) ?? assert.fail("nothing was said");
      assert.equal(told.outcome, "warning");
      assert.ok(told.message.includes(`where your files are (${remote})`), told.message);
      assert.match(told.advice ?? "", advice);
    });
  }

  it("in a browser it is VS Code's server", () => {
    assert.match(hint(undefined, true)?.message ?? "", /where your files are \(VS Code's server\)/);
  });

  it("on the machine one sits at nothing is said", () => {
    assert.equal(hint(undefined), undefined);
  });

  it("it stands in the document, below what failed, and says where EdgeQuake runs", () => {
    const found = diagnosis("http://localhost:11434");
    const where = { remote: "ssh-remote", web: false };
    found.steps.push(words.remoteHint(found, where) ?? assert.fail("nothing was said"));
    const text = words.diagnosisText(found, { ...where, at: new Date(0), editor: "VS Code 1", version: "1" });
    assert.match(text, /The first thing that failed: connection\.\*\* refused/);
    assert.match(text, /- ! \*\*where EdgeQuake runs\*\*: .*\n {2}- → .*RemoteForward 11434/);
    assert.match(text, /EdgeQuake runs where your files are \(ssh-remote\)\.$/);
  });
});
