// Whose key pays for a call of another program. What the user's own key pays is not the caller's to price, nor to send
// to another model than the one it is priced by: budgets go by it. Pure.

import { isPriceField } from "./price-fields.ts";

type Json = Readonly<Record<string, unknown>>;

/** The same arguments without what a budget could be cheated with. */
export function asPaid<T extends object>(params: T): T {
  const { extra_body, ...rest } = params as T & Json;
  const kept = paysItself(rest) ? rest : unpriced(rest);
  return (extra_body === undefined ? kept : { ...kept, extra_body: bodyOf(extra_body) }) as T;
}

/** A Router's arguments, each deployment as paid; a default key or price is its own like any other argument. */
export function routerAsPaid<T extends Json>(options: T): T {
  const { default_litellm_params: defaults = {}, model_list, ...rest } = options;
  // What has another shape is refused where it is read.
  if (!Array.isArray(model_list) || !(isObject(defaults) || defaults === null)) return options;
  const list = model_list.map((entry: unknown) => {
    if (!isObject(entry) || !isObject(entry["litellm_params"])) return entry;
    const params = { ...defaults, ...entry["litellm_params"] };
    const own = paysItself(params);
    const { model_info: info } = entry;
    return {
      ...(own ? entry : unpriced(entry)),
      litellm_params: asPaid(params),
      ...(!own && isObject(info) ? { model_info: unpriced(info) } : {}),
    };
  });
  return { ...rest, model_list: list } as unknown as T;
}

/** A key that is written out. What is empty but for spaces, or names a variable of the user's, is none. */
function paysItself({ model, custom_llm_provider: provider, api_key: key }: Json): boolean {
  // The editor's models take no key.
  if (provider === "vscode" || (typeof model === "string" && model.trim().startsWith("vscode/")))
    return false;
  return (
    typeof key === "string" && /[^\s\u200b\ufeff]/.test(key) && !key.trimStart().startsWith("os.environ/")
  );
}

function unpriced(fields: Json): Json {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !isPriceField(name)));
}

function bodyOf(extra: unknown): unknown {
  if (!isObject(extra)) return extra;
  const { model: _another, ...body } = extra;
  return body;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
