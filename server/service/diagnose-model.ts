// What the diagnosis may know and do of this service; the diagnosis itself is loaded when somebody asks for it.

import { resolveBase, resolveSettings, resolveTarget } from "../config/resolve.ts";
import { providerStatus } from "../config/status.ts";
import type { Stop } from "../engine/stop.ts";
import { parseBase } from "../engine/url.ts";
import { createError } from "../protocol/errors.ts";
import type { CompletionParams, ModelResponse } from "../protocol/messages.ts";
import type { Diagnosis, ModelsResult } from "../protocol/results.ts";
import { providerOf, resolveModel } from "../providers/registry.ts";
import type { CallMeans } from "./call-options.ts";
import type { Configuration } from "./configuration.ts";
import type { DiagnosisPart } from "./diagnosis.ts";

declare const EDGEQUAKE_VERSION: string;

/** A slow local model may take its time; nobody waits longer for a diagnosis. */
const CALL_SECONDS = 60;
/** Few, and enough for a model that thinks a little. */
const CALL_TOKENS = 16;

export interface Diagnosable {
  means: CallMeans;
  configuration: Configuration;
  env: NodeJS.ProcessEnv;
  models(asked: { provider: string }): Promise<ModelsResult>;
  completion(params: CompletionParams): Promise<ModelResponse>;
}

export async function diagnoseModel(
  { means, configuration, env, models, completion }: Diagnosable,
  model: string,
  parts: readonly DiagnosisPart[] = ["configuration", "connection", "call"],
  stop: Stop,
): Promise<Diagnosis> {
  const { diagnose, herePlace } = await import("./diagnosis.ts");
  const layers = await means.layers();
  const named = (): ReturnType<typeof resolveModel> => resolveModel(model);
  const work = diagnose(
    model,
    parts,
    {
      version: EDGEQUAKE_VERSION,
      env,
      http: layers.pushed.http ?? {},
      place: herePlace(),
      configuration: async () => {
        const { path, problem } = layers.toml;
        return { path, problems: [...configuration.problems, ...(problem === null ? [] : [problem])] };
      },
      provider: async () => {
        const row = providerOf(named().provider);
        return { status: await providerStatus(row, layers), listsModels: row.models !== undefined };
      },
      base: async () => {
        const resolved = named();
        const row = providerOf(resolved.provider);
        const settings = resolveSettings(row, undefined, layers);
        const { value } = resolveBase(row, undefined, layers, settings);
        // An address alone can be looked at, also where the key is still missing.
        if (value !== undefined) return parseBase(value);
        const names = { model: resolved.model, requested_model: model };
        return parseBase((await resolveTarget(row, names, {}, layers)).api_base);
      },
      list: async () => {
        const { models: listed, problems } = await models({ provider: named().provider });
        const [problem] = problems;
        if (problem) throw createError(problem.name, { message: problem.message, retryable: false });
        return listed.length;
      },
      call: async () => {
        const response = await completion({
          model,
          messages: [{ role: "user", content: "Answer with the word OK." }],
          max_tokens: CALL_TOKENS,
          num_retries: 0,
          timeout: CALL_SECONDS,
          drop_params: true,
          attribution: { caller: "edgequake.diagnosis" },
        });
        const { usage, edgequake } = response;
        return {
          tokens: usage?.total_tokens ?? null,
          cost_usd: edgequake?.cost_usd ?? null,
          ms: Math.round(edgequake?.ms_total ?? 0),
        };
      },
    },
    stop,
  );
  return stop.race(work);
}
