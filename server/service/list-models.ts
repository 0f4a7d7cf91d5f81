// What providers list, asked at once: of one, or of all that are configured. Who does not answer is named.

import { randomUUID } from "node:crypto";
import { providerStatus } from "../config/status.ts";
import type { Engine } from "../engine/engine.ts";
import { Stop } from "../engine/stop.ts";
import { UNKNOWN_MODEL } from "../models/unknown-model.ts";
import { asOpenAIError, createError } from "../protocol/errors.ts";
import type { ModelsParams } from "../protocol/middleware.ts";
import type { ModelEntry, ModelsResult } from "../protocol/results.ts";
import { PROVIDERS, providerOf } from "../providers/registry.ts";
import type { Provider } from "../providers/types.ts";
import { type CallMeans, callOptions } from "./call-options.ts";

const BUILTIN = ["echo", "lorem", "slow"];

export type ModelsQuestion = ModelsParams;

const TIMEOUT = 10;

export async function listModels(
  engine: Engine,
  means: CallMeans,
  { without = [], ...asked }: ModelsQuestion,
  stop: Stop,
): Promise<ModelsResult> {
  const wanted = asked.provider === undefined ? undefined : providerOf(asked.provider);
  const layers = await means.layers();
  const rows = wanted ? [wanted] : [...PROVIDERS.values()].filter(({ id }) => !without.includes(id));
  const models: ModelEntry[] = [];
  const problems: ModelsResult["problems"] = [];
  await Promise.all(
    rows.map(async (row) => {
      if (row.id === "mock") {
        models.push(...BUILTIN.map((id) => entry(row, id, "chat", "builtin")));
        return;
      }
      if (row.upstream) {
        try {
          models.push(...(await clientModels(row, means, stop, asked.timeout ?? TIMEOUT)));
        } catch (thrown) {
          if (stop.reason) throw stop.reason;
          const { name, message } = asOpenAIError(thrown);
          problems.push({ provider: row.id, name, message });
        }
        return;
      }
      if (!wanted && !(await providerStatus(row, layers)).configured) return;
      const steering = { ...asked, model: row.id, timeout: asked.timeout ?? TIMEOUT, num_retries: 0 };
      const tracking = { call_id: randomUUID(), stream: false };
      // One that takes too long ends by itself, and not the others.
      const own = new Stop();
      const release = stop.onStop((reason) => own.stop(reason));
      const options = callOptions(means, row, "", steering, own, tracking);
      try {
        const listed = await engine.models(await options);
        models.push(...listed.map(({ id, mode }) => entry(row, id, mode, "provider")));
      } catch (thrown) {
        if (stop.reason) throw stop.reason;
        const { name, message } = asOpenAIError(thrown);
        problems.push({ provider: row.id, name, message });
      } finally {
        release();
      }
    }),
  );
  return { models, problems };
}

async function clientModels(
  row: Provider,
  { hostModels }: CallMeans,
  stop: Stop,
  seconds: number,
): Promise<ModelEntry[]> {
  if (!hostModels) return [];
  const own = new Stop();
  const release = stop.onStop((reason) => own.stop(reason));
  const late = createError("Timeout", { message: `the editor did not list its models within ${seconds} s` });
  const timer = setTimeout(() => own.stop(late), seconds * 1000);
  const listed = await own.race(hostModels.list()).finally(() => {
    clearTimeout(timer);
    release();
  });
  const known = new Map(
    listed.map(({ vendor, family, max_input_tokens }) => [`${vendor}/${family}`, max_input_tokens]),
  );
  return [...known].map(([name, max_input_tokens]) => ({
    ...entry(row, name, "chat", "provider"),
    // What the editor says itself; the rest is looked up by name where it is asked for.
    ...(max_input_tokens === undefined ? {} : { details: { ...UNKNOWN_MODEL, max_input_tokens } }),
  }));
}

function entry(
  row: Provider,
  id: string,
  mode: ModelEntry["mode"],
  source: ModelEntry["source"],
): ModelEntry {
  return { model: `${row.id}/${id}`, provider: row.id, mode, source };
}
