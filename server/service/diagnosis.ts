// What a call to a model needs, tried step by step: which layer says what, whose key, which way, and what the server
// answers. A file of its own, loaded when somebody asks; no key and no prompt is in what it says.

import type { HttpOptions } from "../engine/http.ts";
import { probe, type Watch } from "../engine/probe.ts";
import type { Diagnosis, DiagnosisStep, ProviderStatus, Source } from "../protocol/results.ts";
import { elsewhere, type Place } from "./elsewhere.ts";

export { herePlace } from "./elsewhere.ts";

export type DiagnosisPart = "configuration" | "connection" | "call";

/** What the service knows and does. */
export interface DiagnosisHost {
  version: string;
  env: NodeJS.ProcessEnv;
  http: HttpOptions;
  /** Where it runs. */
  place: Place;
  /** config.toml, and what was wrong with either layer. */
  configuration(): Promise<{ path: string | null; problems: string[] }>;
  /** Throws for a model whose provider is not known. */
  provider(): Promise<{ status: ProviderStatus; listsModels: boolean }>;
  /** The address a call would take. Throws what the call would. */
  base(): Promise<Readonly<URL>>;
  /** Asks for the list of models; how many there are. */
  list(): Promise<number>;
  /** A call of a few tokens. */
  call(): Promise<{ tokens: number | null; cost_usd: number | null; ms: number }>;
}

export async function diagnose(
  model: string,
  parts: readonly DiagnosisPart[],
  host: DiagnosisHost,
  stop: Watch,
): Promise<Diagnosis> {
  const steps: DiagnosisStep[] = [];
  const report = (provider: string | null): Diagnosis => ({ model, provider, steps });
  if (parts.includes("configuration")) steps.push(...(await configuration(host)));
  const known = await attempt(() => host.provider());
  if ("error" in known) {
    steps.push({ name: "provider", outcome: "failed", message: known.error.message });
    return report(null);
  }
  const { status, listsModels } = known.value;
  if (parts.includes("configuration")) steps.push(addressStep(status), keyStep(status));
  if (status.id === "mock") {
    steps.push({ name: "connect", outcome: "skipped", message: "mock models are built in: nothing is sent" });
  } else {
    const base = await attempt(() => host.base());
    if ("error" in base) {
      steps.push({ name: "configuration", outcome: "failed", message: base.error.message });
      return report(status.id);
    }
    if (parts.includes("connection")) {
      const way = await probe(base.value, host.http, host.env, stop);
      steps.push(...way);
      const failed = way.find(({ outcome }) => outcome === "failed");
      if (failed) {
        const hint = elsewhere(base.value, host.place);
        if (hint !== undefined) steps.push({ name: "environment", outcome: "warning", message: hint });
      } else steps.push(await listStep(host, listsModels));
    }
  }
  if (parts.includes("call")) steps.push(await callStep(host));
  return report(status.id);
}

async function configuration(host: DiagnosisHost): Promise<DiagnosisStep[]> {
  const { path, problems } = await host.configuration();
  return [
    {
      name: "backend",
      outcome: "ok",
      message: `EdgeQuake ${host.version} on Node ${process.versions.node}, ${process.platform} ${process.arch}`,
    },
    problems.length === 0
      ? {
          name: "configuration",
          outcome: "ok",
          message:
            path === null ? "nothing is wrong; no home for a config.toml" : `nothing is wrong (${path})`,
        }
      : {
          name: "configuration",
          outcome: "warning",
          message: problems.join("; "),
          advice: "What is wrong was left out; the rest holds.",
        },
  ];
}

const SOURCES: Readonly<Record<Source, string>> = {
  argument: "the call",
  config: "the settings",
  secret: "the editor's secret storage",
  environment: "the environment",
  "config.toml": "config.toml",
  default: "the provider's default",
  none: "nowhere",
};

function addressStep({ api_base, api_base_source, label, settings }: ProviderStatus): DiagnosisStep {
  if (api_base === null)
    return { name: "address", outcome: "skipped", message: `${label} has no address that is known so far` };
  const others = settings.map(
    ({ name, source, value }) => `${name} ${value ?? "(secret)"} from ${SOURCES[source]}`,
  );
  return {
    name: "address",
    outcome: "ok",
    message: [`${api_base}, from ${SOURCES[api_base_source]}`, ...others].join("; "),
  };
}

function keyStep({ key_source, key_required, key_env, label, configured }: ProviderStatus): DiagnosisStep {
  if (key_source !== "none")
    return { name: "key", outcome: "ok", message: `there is one, from ${SOURCES[key_source]}` };
  if (!key_required || configured)
    return { name: "key", outcome: "ok", message: `there is none, and ${label} needs none here` };
  return {
    name: "key",
    outcome: "failed",
    message: `there is no key for ${label} that belongs to this address`,
    advice: ['Run "EdgeQuake: Set API Key"', ...key_env.slice(0, 1).map((name) => `set ${name}`)].join(
      ", or ",
    ),
  };
}

async function listStep(host: DiagnosisHost, listsModels: boolean): Promise<DiagnosisStep> {
  if (!listsModels)
    return { name: "http", outcome: "skipped", message: "this provider has no list of models to ask for" };
  const began = performance.now();
  const listed = await attempt(() => host.list());
  const ms = Math.round(performance.now() - began);
  if ("error" in listed) return { name: "http", ...failureOf(listed.error), ms };
  return { name: "http", outcome: "ok", message: `HTTP 200: it lists ${listed.value} models`, ms };
}

async function callStep(host: DiagnosisHost): Promise<DiagnosisStep> {
  const began = performance.now();
  const called = await attempt(() => host.call());
  if ("error" in called)
    return { name: "call", ...failureOf(called.error), ms: Math.round(performance.now() - began) };
  const { tokens, cost_usd, ms } = called.value;
  const took = tokens === null ? "tokens not told" : `${tokens} tokens`;
  const cost = cost_usd === null ? "price unknown" : `$${cost_usd}`;
  return { name: "call", outcome: "ok", message: `HTTP 200: it answered (${took}, ${cost})`, ms };
}

function failureOf(error: Error): Omit<DiagnosisStep, "name"> {
  const status = (error as { status_code?: number }).status_code;
  const name = error.name === "Error" ? "" : `${error.name}: `;
  const text = error.message.replace(/^litellm\.\w+: /, "");
  return {
    outcome: "failed",
    message: `${status === undefined ? "" : `HTTP ${status}: `}${name}${text}`,
  };
}

async function attempt<T>(work: () => Promise<T>): Promise<{ value: T } | { error: Error }> {
  try {
    return { value: await work() };
  } catch (error) {
    // The caller gave up: that is no finding.
    if ((error as Error).name === "Cancelled") throw error;
    return { error: error as Error };
  }
}
