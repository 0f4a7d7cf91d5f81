// What a call may cost at most is set aside before it is sent. Where no budget is set nothing is asked or waited for.

import type { CallBook } from "../call-book.ts";
import { attributionOf } from "../protocol/attribution.ts";
import type { CompletionParams, EmbeddingParams } from "../protocol/messages.ts";
import type { ChatCall, EmbedCall, TextCall } from "../providers/types.ts";
import type { Options } from "./call-options.ts";
import { baseModelOf, pricesOf, type Steering } from "./steering.ts";
import type { Tracking } from "./tracking.ts";

/** Throws BudgetExceededError. */
export async function reserve(
  book: CallBook,
  kind: "completion" | "embedding",
  params: CompletionParams | EmbeddingParams,
  call: ChatCall | EmbedCall | TextCall,
  { target, mocked, kept }: Options,
  tracking: Tracking,
): Promise<void> {
  const prices = pricesOf(params);
  // A mock buys nothing.
  if (!kept.budgets?.length || (mocked && !prices)) return;
  const { max_completion_tokens, max_tokens, n } = call.params as Partial<CompletionParams>;
  const { messages, tools, input } = params as Partial<CompletionParams & EmbeddingParams>;
  const warnings = await book.reserve(
    {
      call_id: tracking.call_id,
      kind,
      model: params.model,
      attribution: attributionOf(params),
      call: {
        provider: target.provider.id,
        model: target.model,
        base_model: baseModelOf(target.settings, params as Steering),
        prices,
      },
      sent: kind === "embedding" ? input : { messages, tools },
      max_tokens: max_completion_tokens ?? max_tokens,
      n,
    },
    kept,
  );
  if (!warnings) return;
  if (tracking.kept) tracking.kept.reserved = true;
  call.warnings.push(...warnings);
}
