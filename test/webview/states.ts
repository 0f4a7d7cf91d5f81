// Every state of the chat that a person may see, each by name: what axe, the cameras and the rulers go through.

import type { ChatPage } from "./chat-page.ts";
import { RICH_STATES } from "./rich-states.ts";
import { answer, attachment, begun, EXPLAINS, LIMITS, question, RECORDS, TRACE } from "./samples.ts";

const ASKED = "What does average() do with an empty list, and how would you fix it?";
const CONTEXT = { used: 12_400, limit: 128_000, exact: true };
const MODELS = ["openai/gpt-4o-mini", "anthropic/claude-sonnet-4-5", "ollama/llama3.2"];

const SUGGESTED = [
  { id: "selection", label: "@selection", detail: "What is selected in temperature.py" },
  { id: "file", label: "@file", detail: "Choose a file" },
  { id: "problems", label: "@problems", detail: "3 errors, 2 warnings" },
  { id: "diff", label: "@diff", detail: "Changes that are not committed" },
  {
    id: "file:1",
    label: "temperature.py",
    detail: "src/measuring/long/path/of/folders/that/goes/on/temperature.py",
  },
];

export const STATES: Record<string, (chat: ChatPage) => Promise<void>> = {
  ...RICH_STATES,
  empty: (chat) => chat.reset(),
  unconfigured: (chat) => chat.reset({ model: { model: "mock/echo", chosen: false } }),
  conversation: async (chat) => {
    await chat.reset({
      session: { id: "one", title: "Average of an empty list" },
      context: CONTEXT,
      turns: [question(ASKED), answer(EXPLAINS, { reasoning: "An empty list has the length 0." })],
    });
    await chat.say({ type: "effort", effort: "default" });
  },
  streaming: async (chat) => {
    const growing = begun();
    await chat.reset({ context: CONTEXT, turns: [question(ASKED), growing] });
    await chat.say({
      type: "delta",
      id: growing.id,
      text: EXPLAINS.slice(0, 560),
      reasoning: "Thinking it over.",
    });
  },
  waiting: async (chat) => {
    const growing = begun();
    await chat.reset({ turns: [question(ASKED), growing] });
  },
  retrying: async (chat) => {
    const growing = begun();
    await chat.reset({ turns: [question(ASKED), growing] });
    await chat.say({
      type: "progress",
      id: growing.id,
      progress: {
        failed: "RateLimitError",
        status_code: 429,
        wait_ms: 12_000,
        deployment: "azure-west-europe",
      },
    });
  },
  failed: (chat) =>
    chat.reset({
      turns: [
        question(ASKED),
        answer("It divides by the length of the list, which", {
          state: "error",
          usage: null,
          cost_usd: null,
          error: {
            name: "AuthenticationError",
            message:
              "OpenAI refused the key: Incorrect API key provided. Set another one with the command EdgeQuake: Set API Key.",
          },
        }),
      ],
    }),
  elsewhere: (chat) =>
    chat.reset({
      turns: [question(ASKED), answer("It divides by", { state: "elsewhere", usage: null, cost_usd: null })],
    }),
  stopped: (chat) =>
    chat.reset({
      turns: [question(ASKED), answer("It divides by", { state: "stopped", usage: null, cost_usd: null })],
    }),
  attachments: async (chat) => {
    await chat.reset({
      draft: "And why does this picture look like that?",
      attachments: [
        attachment("image", "screenshot.png", "640 × 480"),
        attachment("selection", "temperature.py:8-12"),
        attachment("problems", "Problems", "3 errors"),
        attachment(
          "file",
          "a-file-with-a-very-long-name-that-does-not-fit-into-one-line-of-a-side-bar.py",
          "12 KB",
        ),
      ],
      context: { used: 118_000, limit: 128_000, exact: false },
      turns: [
        question("What is wrong here?", {
          attachments: [attachment("image", "before.png"), attachment("diff", "git diff", "4 files")],
        }),
        answer("The axis begins at 20.", {
          cost_usd: null,
          note: "length",
          warnings: ["temperature was dropped: openai/o3 does not take it", "max_tokens was lowered to 4096"],
        }),
      ],
    });
    await chat.say({ type: "effort", effort: "medium" });
  },
  notice: async (chat) => {
    await chat.reset();
    await chat.say({ type: "notice", text: "dump.sql is too large to attach (48 MB)." });
  },
  mention: async (chat) => {
    await chat.reset();
    await chat.box.fill("Explain ");
    await chat.box.press("End");
    await chat.page.keyboard.type("@");
    await chat.say({ type: "suggestions", query: "@", items: SUGGESTED });
    await chat.box.press("ArrowDown");
  },
  command: async (chat) => {
    await chat.reset();
    await chat.box.focus();
    await chat.page.keyboard.type("/");
    await chat.say({
      type: "suggestions",
      query: "/",
      items: [
        { id: "/explain", label: "/explain", detail: "Explain what is selected" },
        { id: "/fix", label: "/fix", detail: "Fix the problems of this file" },
        { id: "/tests", label: "/tests", detail: "Write tests" },
      ],
    });
  },
  editing: async (chat) => {
    const asked = question(ASKED);
    await chat.reset({ turns: [asked, answer("It raises `ZeroDivisionError`.")] });
    await chat.say({ type: "compose", draft: ASKED, editing: asked.id });
  },
  why: async (chat) => {
    await chat.reset({
      turns: [
        question(ASKED),
        answer("It raises `ZeroDivisionError`.", {
          trace: TRACE,
          attempts: 3,
          usage: {
            prompt_tokens: 1_204,
            completion_tokens: 386,
            total_tokens: 1_590,
            prompt_tokens_details: { cached_tokens: 1_024 },
            completion_tokens_details: { reasoning_tokens: 192 },
          },
        }),
      ],
    });
    await chat.button("Why").click();
    const { id } = await chat.posted("limits");
    await chat.say({ type: "limits", id, limits: LIMITS });
  },
  whyDirect: async (chat) => {
    await chat.reset({
      turns: [
        question(ASKED),
        answer("It raises `ZeroDivisionError`.", { attempts: 3, attempt_records: RECORDS }),
      ],
    });
    await chat.button("Why").click();
  },
  comparing: async (chat) => {
    const side = MODELS.map((model) => begun({ model, compare: { group: "g", picked: false } }));
    await chat.reset({ compare: MODELS, turns: [question(ASKED), ...side] });
    await chat.say(
      ...side.map(({ id }, index) => ({
        type: "delta" as const,
        id,
        text: EXPLAINS.slice(0, 200 + index * 260),
        reasoning: "",
      })),
    );
  },
  compared: (chat) =>
    chat.reset({
      compare: MODELS,
      turns: [
        question(ASKED),
        ...MODELS.map((model, index) =>
          answer(EXPLAINS.slice(0, 150 + index * 200), {
            model,
            cost_usd: index === 2 ? null : 0.001_2 * (index + 1),
            compare: { group: "g", picked: false },
          }),
        ),
      ],
    }),
  picked: (chat) =>
    chat.reset({
      turns: [
        question(ASKED),
        ...MODELS.slice(0, 2).map((model, index) =>
          answer("It raises `ZeroDivisionError`.", { model, compare: { group: "g", picked: index === 1 } }),
        ),
      ],
    }),
  unbroken: (chat) =>
    chat.reset({
      session: {
        id: "one",
        title: "A title that somebody made very long, longer than any side bar is wide, really",
      },
      model: {
        model: "huggingface/together/deepseek-ai/DeepSeek-R1-Distill-Llama-70B-with-a-suffix",
        chosen: true,
      },
      context: CONTEXT,
      turns: [
        question("x".repeat(400)),
        answer(
          `${"y".repeat(400)}\n\n\`${"z".repeat(300)}\`\n\n\`\`\`python\n${"a = 1; ".repeat(80)}\n\`\`\``,
          {
            model: "huggingface/together/deepseek-ai/DeepSeek-R1-Distill-Llama-70B-with-a-suffix",
            warnings: ["w".repeat(300)],
          },
        ),
      ],
    }),
};
