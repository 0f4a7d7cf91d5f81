// What is loaded when a person asks for it: models and keys, the first steps, who has access, the usage view, the
// diagnosis, prompts and the terminal. The extension itself stays small without them.

export { diagnose } from "./commands/diagnose.ts";
export { editPrompt, promptAction } from "./commands/edit-prompt.ts";
export { explainTerminal } from "./commands/explain-terminal.ts";
export { askForAccess, manageAccess } from "./commands/manage-access.ts";
export { manageModels } from "./commands/manage-models.ts";
export { offerRestart } from "./commands/offer-restart.ts";
export { removeApiKey } from "./commands/remove-api-key.ts";
export { setApiKey } from "./commands/set-api-key.ts";
export { showConfiguration } from "./commands/show-configuration.ts";
export { showMenu } from "./commands/show-menu.ts";
export { keeping } from "./keys/keeping.ts";
export { pickEffort } from "./models/pick-effort.ts";
export { pickModel } from "./models/pick-model.ts";
export { localServers } from "./onboarding/detect.ts";
export { getStarted } from "./onboarding/get-started.ts";
export { showUsage } from "./usage/usage-panel.ts";
