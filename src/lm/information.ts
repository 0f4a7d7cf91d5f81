// A model of the backend's list as VS Code lists it: limits and abilities as far as they are known, the price in words,
// the effort as its configuration. Pure.

import type { ModelDetails, ModelEntry } from "../../server/protocol/results.ts";
import { AS_IT_DOES, canThink, EFFORTS } from "../models/effort.ts";

/** Where nobody tells a model's limits: VS Code adds up both, and shows the sum as the model's context. */
const OUTPUT = 16_384;
const INPUT = 128_000 - OUTPUT;
const PER_MILLION = 1e6;

/** In the reader's language. */
export interface Words {
  tooltip(model: string): string;
  groupTooltip(model: string): string;
  effort: string;
  efforts: readonly string[];
  price(input: string, output: string): string;
}

/** What the host reads; what its typings do not name stands last. */
export interface Information {
  id: string;
  name: string;
  family: string;
  version: string;
  detail: string;
  tooltip: string;
  maxInputTokens: number;
  maxOutputTokens: number;
  capabilities: { toolCalling: boolean; imageInput: boolean };
  /** In words: the host's own cost fields are counted in its vendor's credits. */
  pricing?: string;
  isBYOK: true;
  /** Offered in the picker until a person decides otherwise; every model is in "Manage Models". */
  isUserSelectable: boolean;
  configurationSchema?: unknown;
}

/** Favourites first, then router groups, then as they were listed. */
export function informationOf(
  models: readonly ModelEntry[],
  favourites: readonly string[],
  words: Words,
): Information[] {
  const starred = favourites.filter((model) => models.some((entry) => entry.model === model));
  const rank = ({ model, source }: ModelEntry): number => {
    const place = starred.indexOf(model);
    if (place >= 0) return place;
    return source === "router" ? starred.length : starred.length + 1;
  };
  return [...models]
    .sort((a, b) => rank(a) - rank(b))
    .map((entry) => {
      const selectable = starred.length === 0 || rank(entry) <= starred.length;
      return { ...describe(entry, words), isUserSelectable: selectable };
    });
}

function describe(
  { model, provider, source, details }: ModelEntry,
  words: Words,
): Omit<Information, "isUserSelectable"> {
  const name = model.slice(model.indexOf("/") + 1);
  const grouped = source === "router";
  // Unknown is not unable: a model without tools is hidden from agents.
  const can = (ability: string): boolean => details?.supports?.includes(ability) ?? true;
  const price = priceOf(details, words);
  return {
    id: model,
    name,
    family: name,
    version: "1",
    detail: provider,
    tooltip: grouped ? words.groupTooltip(model) : words.tooltip(model),
    maxInputTokens: details?.max_input_tokens ?? INPUT,
    maxOutputTokens: details?.max_output_tokens ?? OUTPUT,
    capabilities: { toolCalling: can("function_calling"), imageInput: can("vision") },
    isBYOK: true,
    ...(price === undefined ? {} : { pricing: price }),
    ...(canThink(details) ? { configurationSchema: effortSchema(words) } : {}),
  };
}

/** undefined where the price is not known: that is not free. */
function priceOf(details: ModelDetails | undefined, words: Words): string | undefined {
  const { input_cost_per_token: input, output_cost_per_token: output } = details ?? {};
  if (input == null || output == null) return undefined;
  return words.price(dollars(input), dollars(output));
}

function dollars(perToken: number): string {
  return `$${Number((perToken * PER_MILLION).toPrecision(4))}`;
}

function effortSchema({ effort, efforts }: Words): unknown {
  return {
    type: "object",
    properties: {
      reasoningEffort: {
        type: "string",
        title: effort,
        enum: EFFORTS,
        enumItemLabels: efforts,
        default: AS_IT_DOES,
        group: "navigation",
      },
    },
  };
}
