// "@edgequake" in VS Code's own chat: the model or router chosen in EdgeQuake answers there, with what is attached;
// /compare asks several at once, /why tells how the last answer came about.

import * as vscode from "vscode";
import type { Client } from "../../server/connection/client.ts";
import { asOpenAIError } from "../../server/protocol/errors.ts";
import type { Message } from "../../server/protocol/messages.ts";
import { EDITOR } from "../lm/access.ts";
import { askModel, askModels, summaryOf, type Took } from "../lm/ask-model.ts";
import { attributed } from "../lm/attributed.ts";
import { messageOf } from "../plain-text.ts";
import { comparePrompt } from "./compare-prompt.ts";
import { conversationOf } from "./conversation.ts";
import { type WhyWords, whyText } from "./why.ts";

export interface ParticipantMeans {
  client(): Promise<Client>;
  /** The model in use. */
  model(): Promise<string>;
  /** Whom else one may want to compare with, the likeliest first. */
  others(): Promise<readonly string[]>;
}

/** What is kept with an answer. */
export interface AnswerMetadata {
  took?: Took[];
}

type Request = Pick<vscode.ChatRequest, "prompt" | "command" | "references">;
type Stream = Pick<vscode.ChatResponseStream, "markdown" | "progress" | "button">;

export async function answer(
  means: ParticipantMeans,
  request: Request,
  context: vscode.ChatContext,
  stream: Stream,
  token: vscode.CancellationToken,
): Promise<vscode.ChatResult> {
  if (request.command === "why") return why(context, stream);
  const stop = new AbortController();
  const cancelled = token.onCancellationRequested(() => stop.abort());
  try {
    const run = request.command === "compare" ? compare : ask;
    const took = await run(means, request, context, stream, stop.signal);
    return { metadata: { took } satisfies AnswerMetadata };
  } catch (thrown) {
    if (token.isCancellationRequested) return {};
    return { errorDetails: { message: messageOf(asOpenAIError(thrown)) } };
  } finally {
    cancelled.dispose();
  }
}

async function ask(
  means: ParticipantMeans,
  { prompt, references }: Request,
  context: vscode.ChatContext,
  stream: Stream,
  signal: AbortSignal,
): Promise<Took[]> {
  const model = await means.model();
  stream.progress(vscode.l10n.t("Asking {0}", model));
  const messages = await conversationOf(prompt, references, context);
  const params = callOf(model, messages);
  const { took } = await askModel(await means.client(), params, signal, (text) => stream.markdown(text));
  return [took];
}

async function compare(
  means: ParticipantMeans,
  { prompt, references }: Request,
  context: vscode.ChatContext,
  stream: Stream,
  signal: AbortSignal,
): Promise<Took[]> {
  const { models, question } = comparePrompt(prompt, [await means.model(), ...(await means.others())]);
  if (models.length < 2 || question === "") {
    stream.markdown(
      vscode.l10n.t(
        "Name two to four models and ask: `/compare openai/gpt-4o anthropic/claude-sonnet-4-5 Which of these loops is faster?`",
      ),
    );
    return [];
  }
  stream.progress(vscode.l10n.t("Asking {0}", models.join(", ")));
  const messages = await conversationOf(question, references, context);
  const calls = models.map((model) => callOf(model, messages));
  const answers = await askModels(await means.client(), calls, signal);
  for (const one of answers) {
    if ("error" in one)
      stream.markdown(`### ${one.model}\n\n${vscode.l10n.t("It failed: {0}", one.error)}\n\n`);
    else stream.markdown(`### ${summaryOf(one.took)}\n\n${one.text}\n\n`);
  }
  return answers.flatMap((one) => ("took" in one ? [one.took] : []));
}

function why({ history }: vscode.ChatContext, stream: Stream): vscode.ChatResult {
  const last = history.findLast(
    (turn): turn is vscode.ChatResponseTurn =>
      turn instanceof vscode.ChatResponseTurn && tookOf(turn.result).length > 0,
  );
  const took = last ? tookOf(last.result) : [];
  if (took.length === 0)
    stream.markdown(vscode.l10n.t("There is no answer here yet whose way could be told."));
  for (const one of took) stream.markdown(`${whyText(one, WHY)}\n\n`);
  stream.button({ command: "edgequake.showLog", title: vscode.l10n.t("Show Log") });
  return {};
}

/** Counted as the editor's own: a person asks here, and no extension. */
function callOf(model: string, messages: Message[]) {
  return attributed({ model, messages }, EDITOR);
}

function tookOf({ metadata }: vscode.ChatResult): Took[] {
  return (metadata as AnswerMetadata | undefined)?.took ?? [];
}

export function followups(result: vscode.ChatResult): vscode.ChatFollowup[] {
  const took = tookOf(result);
  if (took.length === 0) return [];
  return [{ prompt: "", command: "why", label: vscode.l10n.t("Why this answer?") }];
}

const WHY: WhyWords = {
  answered: (model) => vscode.l10n.t("You asked `{0}`.", model),
  deployment: (deployment, group) => vscode.l10n.t("`{0}` of the group `{1}` answered.", deployment, group),
  chosen: (strategy, count) => vscode.l10n.t("It was chosen among {0} by the strategy {1}.", count, strategy),
  filtered: (deployment, reason) => vscode.l10n.t("`{0}` was left out: {1}.", deployment, reason),
  attempt: (number, deployment, outcome, seconds) =>
    vscode.l10n.t("Request {0} to `{1}`: {2} after {3} s.", number, deployment, outcome, seconds),
  fallback: (group, failed) => vscode.l10n.t("The group `{0}` had failed before: {1}.", group, failed),
  direct: vscode.l10n.t("It was asked directly, and answered the first request."),
  retried: (attempts) => vscode.l10n.t("It was asked directly, and answered request {0}.", attempts),
  took: (seconds, first) =>
    first === null
      ? vscode.l10n.t("It took {0} s.", seconds)
      : vscode.l10n.t("It took {0} s; the first word came after {1} s.", seconds, first),
  cost: (tokens, usd) =>
    usd === null
      ? vscode.l10n.t("Tokens: {0}. What it cost is not known.", tokens ?? "?")
      : vscode.l10n.t("Tokens: {0}. It cost {1} USD.", tokens ?? "?", Number(usd.toPrecision(2))),
};
