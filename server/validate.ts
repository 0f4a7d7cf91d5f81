// One way to check what comes from outside: the parsed value, or a BadRequestError that lists the issues.

import type * as z from "zod";
import { createError, type OpenAIError } from "./protocol/errors.ts";

type Schemas = typeof import("./protocol/schema.ts");

interface Issue {
  path: readonly PropertyKey[];
  message: string;
}
interface Schema<T> {
  safeParse(
    value: unknown,
  ): { success: true; data: T } | { success: false; error: { issues: readonly Issue[] } };
}

/** Throws BadRequestError with `issues`. */
export function check<T>(schema: Schema<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw invalidParams(parsed.error.issues);
}

/** The same by a schema's name; the schemas and zod are loaded when they are first needed. */
export async function checkWith<Name extends keyof Schemas>(
  name: Name,
  value: unknown,
): Promise<z.output<Schemas[Name]>> {
  const schemas = await import("./protocol/schema.ts");
  return check(schemas[name] as unknown as Schema<z.output<Schemas[Name]>>, value);
}

export function invalidParams(issues: readonly Issue[]): OpenAIError {
  const list = issues.map(({ path, message }) => ({ path: path.map(String).join("."), message }));
  const told = list.map(({ path, message }) => (path === "" ? message : `${path}: ${message}`)).join("; ");
  return createError("BadRequestError", { message: `bad parameters: ${told}`, issues: list });
}
