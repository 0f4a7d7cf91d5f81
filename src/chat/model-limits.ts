// How much each model takes, as far as the lists of models say; never waited for long.

import type { ModelLists } from "../models/model-list.ts";

/** A provider may be slow to list its models; a question is not. */
const WAIT_MS = 1_500;

/** Tokens of its context; null = unknown, or not known in time. */
export async function limitOf(lists: ModelLists, model: string): Promise<number | null> {
  const inList = ({ models }: ModelLists["last"]) =>
    models.find((entry) => entry.model === model)?.details?.max_input_tokens ?? undefined;
  const known = inList(lists.last);
  if (known !== undefined) return known;
  const { promise: late, resolve } = Promise.withResolvers<null>();
  const timer = setTimeout(() => resolve(null), WAIT_MS);
  try {
    const list = await Promise.race([lists.get(), late]);
    return (list && inList(list)) ?? null;
  } catch {
    return null;
  } finally {
    clearTimeout(timer);
  }
}
