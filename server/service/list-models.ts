// What providers list, asked at once: of one, or of all that are configured. Who does not answer is named.

import { randomUUID } from "node:crypto";
import { providerStatus } from "../config/status.ts";
import type { Engine } from "../engine/engine.ts";
import type { Stop } from "../engine/stop.ts";
import { asOpenAIError } from "../protocol/errors.ts";
import type { ModelEntry, ModelsResult } from "../protocol/results.ts";
import { PROVIDERS, providerOf } from "../providers/registry.ts";
import type { Provider } from "../providers/types.ts";
import { type CallMeans, callOptions } from "./call-options.ts";

const BUILTIN = ["echo", "lorem", "slow"];

export interface ModelsQuestion {
  provider?: string | undefined;
  api_base?: string | undefined;
  api_key?: string | undefined;
}

export async function listModels(
  engine: Engine,
  means: CallMeans,
  asked: ModelsQuestion,
  stop: Stop,
): Promise<ModelsResult> {
  const wanted = asked.provider === undefined ? undefined : providerOf(asked.provider);
  const layers = await means.layers();
  const rows = wanted ? [wanted] : [...PROVIDERS.values()];
  const models: ModelEntry[] = [];
  const problems: ModelsResult["problems"] = [];
  await Promise.all(
    rows.map(async (row) => {
      if (row.id === "mock") {
        models.push(...BUILTIN.map((id) => entry(row, id, "chat", "builtin")));
        return;
      }
      if (!wanted && !(await providerStatus(row, layers)).configured) return;
      const steering = { ...asked, model: row.id, timeout: 10, num_retries: 0 };
      const tracking = { call_id: randomUUID(), stream: false };
      const options = callOptions(means, row, "", steering, stop, tracking);
      try {
        const listed = await engine.models(await options);
        models.push(...listed.map(({ id, mode }) => entry(row, id, mode, "provider")));
      } catch (thrown) {
        if (stop.reason) throw stop.reason;
        const { name, message } = asOpenAIError(thrown);
        problems.push({ provider: row.id, name, message });
      }
    }),
  );
  return { models, problems };
}

function entry(
  row: Provider,
  id: string,
  mode: ModelEntry["mode"],
  source: ModelEntry["source"],
): ModelEntry {
  return { model: `${row.id}/${id}`, provider: row.id, mode, source };
}
