// What is handed to other extensions: frozen, without a prototype, so that nothing of it can be replaced for anybody
// else, and nothing of ours is reached through it.

/** What stands on it is frozen too: functions, and lists. */
export function sealed<T extends object>(fields: T): Readonly<T> {
  for (const one of Object.values(fields)) Object.freeze(one);
  return Object.freeze(Object.assign(Object.create(null) as T, fields));
}

/** Classes with their prototypes, which every holder of one shares. */
export function sealedClasses<T extends object>(classes: T): Readonly<T> {
  for (const one of Object.values<unknown>(classes as Record<string, unknown>)) {
    const { prototype } = (typeof one === "function" ? one : {}) as { prototype?: object };
    if (prototype) Object.freeze(prototype);
  }
  return sealed(classes);
}
