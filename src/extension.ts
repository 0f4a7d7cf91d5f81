// Wiring only: what exists, what depends on what, what is disposed. Nothing starts here but registrations.

import { join } from "node:path";
import * as vscode from "vscode";
import type { OnStatus } from "../server/protocol/call-status.ts";
import type { EdgeQuakeExports } from "./api.ts";
import { Backend } from "./backend.ts";
import { CHAT_VIEW, ChatWhenNeeded } from "./chat/chat-when-needed.ts";
import type { StartStream } from "./chat/session.ts";
import { CodeCommands } from "./code/code-commands.ts";
import { createExports } from "./create-exports.ts";
import { deferredStream } from "./deferred-stream.ts";
import { backendEnvironment } from "./environment.ts";
import { InlineSwitch } from "./inline/register.ts";
import { JsonApi } from "./json-api/json-api.ts";
import { ModelKeys } from "./keys/model-keys.ts";
import { type Access, AccessList } from "./lm/access.ts";
import { EditorModels } from "./lm/editor-models.ts";
import { ListedBefore } from "./lm/listed-before.ts";
import { LanguageModels, VENDOR } from "./lm/provider.ts";
import { registerTools } from "./lm/tools.ts";
import { Log } from "./log.ts";
import { ModelChoice } from "./models/model-choice.ts";
import { createParticipant } from "./participant/register.ts";
import { messageOf, notificationText } from "./plain-text.ts";
import { PromptFiles } from "./prompts/prompt-files.ts";
import { routerVariables } from "./router-variables.ts";
import { Secrets } from "./secrets.ts";
import { onSettingsChange, readSettings } from "./settings.ts";
import { setupCommands } from "./setup-commands.ts";
import { StatusBar } from "./status-bar.ts";
import { DOCUMENT_SCHEME, TextDocuments } from "./text-documents.ts";
import { speak } from "./words/users-words.ts";

let backend: Backend | undefined;

export function activate(context: vscode.ExtensionContext): EdgeQuakeExports {
  const version = String((context.extension.packageJSON as { version?: string }).version);
  speak(vscode.env.language, join(context.extensionPath, "l10n"));
  const log = new Log();
  const keys = new ModelKeys(context.globalState);
  const secrets = new Secrets(context.secrets, keys);
  const running = new Backend({
    serverPath: join(context.extensionPath, "dist", "server.js"),
    version,
    env: () =>
      backendEnvironment(process.env, context.globalStorageUri.fsPath, routerVariables(readSettings())),
    config: () => readSettings((warning) => log.write(2, warning)),
    log: (type, message) => log.write(type, message),
    secret: (question) => secrets.keyFor(question),
    languageModels: new EditorModels(),
    onGivenUp: () => void import("./setup.ts").then(({ offerRestart }) => offerRestart()),
    onState: (state) => {
      status.backendIs(state);
      if (state !== "running") return;
      listed.running();
      chat.backendRuns();
    },
  });
  backend = running;
  const client = () => running.client();
  const startStream: StartStream = (params, options) => {
    const onStatus: OnStatus = (told) => {
      status.retrying(told.wait_ms);
      options?.onStatus?.(told);
    };
    return deferredStream(client(), (ready) => ready.stream(params, { ...options, onStatus }));
  };
  const models = new ModelChoice(context.workspaceState, context.globalState, client);
  const status = new StatusBar({ models, running: () => running.running });
  const documents = new TextDocuments();
  const prompts = new PromptFiles(context.extensionPath);
  const chat: ChatWhenNeeded = new ChatWhenNeeded({
    extensionUri: context.extensionUri,
    state: context.workspaceState,
    client,
    running: () => running.running,
    models,
    start: startStream,
    prompts,
    proposals: { show: (...edit) => code.show(...edit) },
    storage: { window: context.storageUri?.fsPath, everywhere: context.globalStorageUri.fsPath },
  });
  const code = new CodeCommands({ chat, start: startStream, models, prompts });
  const access = new AccessList(
    {
      get: (key) => context.globalState.get<Record<string, Access>>(key),
      update: (key, value) => context.globalState.update(key, value),
    },
    async (caller) => (await import("./setup.ts")).askForAccess(caller),
  );
  const favourites = () => models.favourites.all();
  const languageModels = new LanguageModels(client, access, favourites, () => listed.asked());
  const listed = new ListedBefore(context.globalState, () => languageModels.reconsider());
  const inline = new InlineSwitch(client, (message) => log.write(2, message));
  const commands: Record<string, (...args: never[]) => unknown> = {
    ...chat.commands,
    ...setupCommands({
      context,
      client,
      models,
      secrets,
      keys,
      documents,
      version,
    }),
    ...code.commands,
    toggleInlineCompletions: () => inline.toggle(),
    restartBackend: () => running.restart(),
    manageAccess: async () => (await import("./setup.ts")).manageAccess(access, client),
    showLog: () => log.show(),
  };
  context.subscriptions.push(
    log,
    models,
    status,
    documents,
    vscode.workspace.registerTextDocumentContentProvider(DOCUMENT_SCHEME, documents),
    // Also what another window stored.
    context.secrets.onDidChange(({ key }) => {
      if (!key.startsWith("edgequake.apiKey.")) return;
      models.reconsider();
      inline.reconsider();
    }),
    chat,
    code,
    inline,
    languageModels,
    listed,
    vscode.lm.registerLanguageModelChatProvider(VENDOR, languageModels),
    models.onChange(() => languageModels.reconsider()),
    vscode.window.registerWebviewViewProvider(CHAT_VIEW, chat),
    onSettingsChange(() => {
      running.reconfigure();
      models.reconsider();
    }),
    ...Object.entries(commands).map(([name, run]) =>
      vscode.commands.registerCommand(`edgequake.${name}`, async (...args: never[]) => {
        try {
          return await run(...args);
        } catch (error) {
          // A command that does nothing is the worst answer.
          const text = notificationText(messageOf(error as Error));
          log.write(1, `edgequake.${name}: ${text}`);
          void vscode.window.showErrorMessage(`EdgeQuake: ${text}`);
          return undefined;
        }
      }),
    ),
  );
  const exported = createExports({
    client,
    leave: (caller, signal) => access.leave(caller, signal),
    log: (message) => log.write(3, message),
    newStream: deferredStream,
  });
  const json = new JsonApi(exported);
  const inUse = async (): Promise<string> => (await models.inUse()).model;
  context.subscriptions.push(
    json,
    registerTools({ client, model: inUse, leave: (caller, signal) => access.leave(caller, signal) }),
    createParticipant({ client, model: inUse, others: async () => favourites() }),
    ...Object.entries(json.commands).map(([name, run]) =>
      vscode.commands.registerCommand(`edgequake.api.${name}`, run),
    ),
  );
  return exported;
}

export async function deactivate(): Promise<void> {
  await backend?.dispose();
  backend = undefined;
}
