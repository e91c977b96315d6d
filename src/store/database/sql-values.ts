import { sql } from 'kysely';

/** An `any(...)` with a single parameter: a statement takes at most 65,535 parameters, and one request can name more ids. */
export function anyOf<T extends string | number>(values: T[], type: 'text' | 'bigint') {
  return sql<T>`any(${values}::${sql.raw(type)}[])`;
}

/**
 * For a statement that joins a table with a list (`jsonb_to_recordset`) by `id`: the same ids as an array condition.
 * Without it the planner expects a hundred rows in the list, and reads a table of some thousand rows in full.
 */
export function idsOf(rows: { id: number }[]) {
  return anyOf(
    rows.map(({ id }) => id),
    'bigint',
  );
}

/** A JSON value as a parameter, the same on both databases. */
export function json<T>(value: T) {
  return sql<T>`${jsonText(value)}::jsonb`;
}

/**
 * JSON that PostgreSQL can store: jsonb refuses NUL and lone surrogates, and a name that contains one must not fail the
 * other rows of the statement.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '') : part,
  );
}

/** The value as jsonb returns it: with its keys ordered by their length in bytes, then by their bytes. */
export function asStored<T>(value: T): T {
  return JSON.parse(jsonText(value), (_key, part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const keys = Object.keys(part).map((key) => ({ key, bytes: Buffer.from(key) }));
    keys.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    return Object.fromEntries(keys.map(({ key }) => [key, part[key]]));
  });
}
