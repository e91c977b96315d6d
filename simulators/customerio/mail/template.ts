import { isObject } from '../model/limits.ts';
import type { Json, JsonObject } from '../types.ts';

export interface Rendered {
  text: string;
  /** The first variable without a value: such a message fails, as in Customer.io. */
  missing: string | null;
}

/** Fills `{{customer.first_name}}` and `{{event.plan}}`: all of Liquid that a subject here needs. */
export function render(template: string, variables: JsonObject): Rendered {
  let missing: string | null = null;
  const text = template.replace(/\{\{\s*([\w.]+)\s*\}\}/g, (_, path: string) => {
    const value = lookUp(variables, path);
    if (value === undefined || value === null) missing ??= path;
    return typeof value === 'string' ? value : JSON.stringify(value ?? '');
  });
  return { text, missing };
}

function lookUp(variables: JsonObject, path: string): Json | undefined {
  let value: Json | undefined = variables;
  for (const key of path.split('.'))
    value = isObject(value) && Object.hasOwn(value, key) ? value[key] : undefined;
  return value;
}
