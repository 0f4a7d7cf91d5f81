// undici's agent that goes through proxies, with the one method it needs of undici's front: a dispatcher's connect().
// Loaded only where there is a proxy.

import connect from "undici/lib/api/api-connect.js";
import Dispatcher from "undici/lib/dispatcher/dispatcher.js";
import EnvHttpProxyAgent from "undici/lib/dispatcher/env-http-proxy-agent.js";

Object.assign(Dispatcher.prototype, { connect });

export { EnvHttpProxyAgent };
