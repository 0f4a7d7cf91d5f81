// The environment of a VS Code under test: nobody's keys, nobody's configuration.

import { join } from "node:path";

/** Variables set to undefined are taken out. */
export function quietEnvironment(home: string): NodeJS.ProcessEnv {
  const env: NodeJS.ProcessEnv = {
    XDG_CONFIG_HOME: join(home, "config"),
    XDG_DATA_HOME: join(home, "data"),
  };
  for (const name of Object.keys(process.env)) {
    if (/(_API_KEY|_API_BASE|_BASE_URL|_TOKEN)$|^OLLAMA_|^EDGEQUAKE_MODEL$|_proxy$/i.test(name)) {
      env[name] = undefined;
    }
  }
  return env;
}
