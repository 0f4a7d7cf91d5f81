// Wiring only: what exists, what depends on what, what is disposed. Nothing starts here but registrations.

import { join } from "node:path";
import * as vscode from "vscode";
import type { OnStatus } from "../server/protocol/call-status.ts";
import type { EdgeQuakeExports } from "./api.ts";
import { Backend } from "./backend.ts";
import { chatCommands } from "./chat/commands.ts";
import type { StartStream } from "./chat/session.ts";
import { SessionStore } from "./chat/session-store.ts";
import { CHAT_VIEW, ChatView } from "./chat/view.ts";
import { codeCommands } from "./code/code-commands.ts";
import { askForAccess, manageAccess } from "./commands/manage-access.ts";
import { CONFIGURATION_SCHEME, ConfigurationDocument } from "./commands/show-configuration.ts";
import { createExports } from "./create-exports.ts";
import { deferredStream } from "./deferred-stream.ts";
import { Proposals } from "./edits/proposal.ts";
import { backendEnvironment } from "./environment.ts";
import { InlineSwitch } from "./inline/register.ts";
import { JsonApi } from "./json-api/json-api.ts";
import { ModelKeys } from "./keys/model-keys.ts";
import { type Access, AccessList } from "./lm/access.ts";
import { EditorModels } from "./lm/editor-models.ts";
import { LanguageModels, VENDOR } from "./lm/provider.ts";
import { registerTools } from "./lm/tools.ts";
import { Log } from "./log.ts";
import { ModelChoice } from "./models/model-choice.ts";
import { createParticipant } from "./participant/participant.ts";
import { messageOf, notificationText } from "./plain-text.ts";
import { PromptFiles } from "./prompts/prompt-files.ts";
import { routerVariables } from "./router-variables.ts";
import { Secrets } from "./secrets.ts";
import { onSettingsChange, readSettings } from "./settings.ts";
import { setupCommands } from "./setup-commands.ts";
import { StatusBar } from "./status-bar.ts";
import { DOCUMENT_SCHEME, TextDocuments } from "./text-documents.ts";

let backend: Backend | undefined;

export function activate(context: vscode.ExtensionContext): EdgeQuakeExports {
  const version = String((context.extension.packageJSON as { version?: string }).version);
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
    onGivenUp: () => void offerRestart(),
    onState: (state) => status.backendIs(state),
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
  const proposals = new Proposals();
  const prompts = new PromptFiles(context.extensionPath);
  const sessions = new SessionStore(client);
  const chat = new ChatView({
    extensionUri: context.extensionUri,
    state: context.workspaceState,
    client,
    models,
    store: sessions,
    start: startStream,
    prompts,
    proposals,
  });
  const code = codeCommands({ chat, start: startStream, models, proposals, prompts });
  const access = new AccessList(
    {
      get: (key) => context.globalState.get<Record<string, Access>>(key),
      update: (key, value) => context.globalState.update(key, value),
    },
    askForAccess,
  );
  const favourites = () => models.favourites.all();
  const languageModels = new LanguageModels(client, access, favourites);
  const configuration = new ConfigurationDocument(client);
  const inline = new InlineSwitch(client, (message) => log.write(2, message));
  const commands: Record<string, (...args: never[]) => unknown> = {
    ...chatCommands(chat, sessions),
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
    acceptEdit: (uri?: vscode.Uri) => proposals.accept(uri),
    discardEdit: (uri?: vscode.Uri) => proposals.discard(uri),
    restartBackend: () => running.restart(),
    manageAccess: () => manageAccess(access, client),
    showConfiguration: () => configuration.show(),
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
      if (key.startsWith("edgequake.apiKey.")) models.reconsider();
    }),
    chat,
    proposals,
    code.lightbulb,
    inline,
    configuration,
    languageModels,
    vscode.lm.registerLanguageModelChatProvider(VENDOR, languageModels),
    models.onChange(() => languageModels.reconsider()),
    vscode.workspace.registerTextDocumentContentProvider(CONFIGURATION_SCHEME, configuration),
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
    createParticipant(
      { client, model: inUse, others: async () => favourites() },
      vscode.Uri.joinPath(context.extensionUri, "media", "edgequake.svg"),
    ),
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

async function offerRestart(): Promise<void> {
  const restart = vscode.l10n.t("Restart");
  const showLog = vscode.l10n.t("Show Log");
  const answer = await vscode.window.showErrorMessage(
    vscode.l10n.t("EdgeQuake's backend crashed five times in three minutes and was stopped."),
    restart,
    showLog,
  );
  if (answer === restart) await vscode.commands.executeCommand("edgequake.restartBackend");
  if (answer === showLog) await vscode.commands.executeCommand("edgequake.showLog");
}
