// A diagnosis as Markdown that a person reads, or sends to somebody who helps. It holds no key, no prompt and no answer.

import * as vscode from "vscode";
import type { Diagnosis, DiagnosisStep } from "../server/protocol/results.ts";
import { plainText } from "./plain-text.ts";
import { missedPort, type Remoteness, type RemotePlace, remotePlace } from "./remote-place.ts";
import { inUsersWords } from "./words/users-words.ts";

export interface Surroundings extends Remoteness {
  at: Date;
  editor: string;
  version: string;
}

const SIGNS: Readonly<Record<DiagnosisStep["outcome"], string>> = {
  ok: "✓",
  warning: "!",
  failed: "✗",
  skipped: "–",
};

export function diagnosisText(diagnosis: Diagnosis, surroundings: Surroundings): string {
  const { at, editor, version, remote, web } = surroundings;
  const failed = diagnosis.steps.find(({ outcome }) => outcome === "failed");
  return [
    `# EdgeQuake: ${vscode.l10n.t("diagnosis of {0}", diagnosis.model)}`,
    "",
    failed === undefined
      ? vscode.l10n.t("Everything that was tried worked.")
      : `**${vscode.l10n.t("The first thing that failed: {0}.", nameOf(failed.name))}** ${line(failed.message)}`,
    "",
    ...diagnosis.steps.flatMap(({ name, outcome, message, advice, ms }) => [
      `- ${SIGNS[outcome]} **${nameOf(name)}**: ${line(message)}${ms === undefined ? "" : ` (${ms} ms)`}`,
      ...(advice === undefined ? [] : [`  - → ${line(advice)}`]),
    ]),
    "",
    `EdgeQuake ${version}, ${editor}, ${process.platform} ${process.arch}, ${at.toISOString()}`,
    "",
    web
      ? vscode.l10n.t("VS Code runs in a browser; EdgeQuake runs where your files are.")
      : remote === undefined
        ? vscode.l10n.t("VS Code and EdgeQuake run on this machine.")
        : vscode.l10n.t("VS Code runs here; EdgeQuake runs where your files are ({0}).", remote),
  ].join("\n");
}

function nameOf(step: string): string {
  const names: Readonly<Record<string, string>> = {
    backend: vscode.l10n.t("backend"),
    configuration: vscode.l10n.t("configuration"),
    provider: vscode.l10n.t("provider"),
    address: vscode.l10n.t("address"),
    key: vscode.l10n.t("key"),
    proxy: vscode.l10n.t("proxy"),
    dns: vscode.l10n.t("name look-up (DNS)"),
    connect: vscode.l10n.t("connection"),
    tls: vscode.l10n.t("encryption (TLS)"),
    http: vscode.l10n.t("list of models (HTTP)"),
    call: vscode.l10n.t("a small call"),
    environment: vscode.l10n.t("where EdgeQuake runs"),
  };
  return names[step] ?? step;
}

/** What a server said may hold anything. */
function line(text: string): string {
  return plainText(inUsersWords(text))
    .replaceAll(/\s*[\r\n]+\s*/g, " ")
    .replaceAll("<", "&lt;");
}

/** "localhost" is the machine EdgeQuake runs on, and that may not be the one a person sits at. */
export function remoteHint({ steps }: Diagnosis, surroundings: Remoteness): DiagnosisStep | undefined {
  const place = remotePlace(surroundings);
  const port = missedPort(steps);
  if (place === undefined || port === undefined) return undefined;
  return {
    name: "environment",
    outcome: "warning",
    message: vscode.l10n.t(
      "EdgeQuake runs where your files are ({0}), and localhost is that machine, not the one you sit at.",
      place === "web" ? vscode.l10n.t("VS Code's server") : (surroundings.remote ?? place),
    ),
    advice: adviceFor(place, port),
  };
}

function adviceFor(place: RemotePlace, port: string): string {
  const setting = vscode.l10n.t("The address is set as apiBase in edgequake.providers.");
  switch (place) {
    case "wsl":
      return [
        vscode.l10n.t(
          'A server on Windows is reached with mirrored networking (networkingMode=mirrored in .wslconfig), or at the address that "ip route show default" tells, where it listens on all addresses (OLLAMA_HOST=0.0.0.0).',
        ),
        setting,
      ].join(" ");
    case "container":
      return [
        vscode.l10n.t(
          "A server on the container's host is often at http://host.docker.internal:{0}, where it listens on all addresses (OLLAMA_HOST=0.0.0.0).",
          port,
        ),
        setting,
      ].join(" ");
    case "ssh":
      return vscode.l10n.t(
        'Start the server on that machine, or bring yours there: "RemoteForward {0} localhost:{0}" in your SSH configuration, or ssh -R {0}:localhost:{0}.',
        port,
      );
    case "codespaces":
      return vscode.l10n.t(
        "Nothing on your own machine is reached from there: start the server in the codespace, or use one on the internet.",
      );
    case "web":
    case "other":
      return [vscode.l10n.t("Start the server on that machine, or use one it can reach."), setting].join(" ");
  }
}
