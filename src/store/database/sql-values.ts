import { sql } from 'kysely';

/** A condition "is one of these" with one parameter: a statement takes 65,535 of them, and one request can name more. */
export function anyOf<T extends string | number>(values: T[], type: 'text' | 'bigint') {
  return sql<T>`any(${values}::${sql.raw(type)}[])`;
}

/**
 * For a statement that joins a table with a list (`jsonb_to_recordset`) by `id`: the same ids once more, as an array.
 * The planner expects a hundred rows of such a list, and for a hundred it reads a table of some thousand rows whole.
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
 * JSON that PostgreSQL can store: jsonb has no place for NUL and for half surrogate pairs, and a name with one in it
 * must not hold up everything that is written in the same statement.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, (_key, part) =>
    typeof part === 'string' ? part.toWellFormed().replaceAll('\0', '') : part,
  );
}

/** The value as jsonb gives it back: its keys are ordered by their length in bytes, then by their bytes. */
export function asStored<T>(value: T): T {
  return JSON.parse(jsonText(value), (_key, part) => {
    if (typeof part !== 'object' || part === null || Array.isArray(part)) return part;
    const keys = Object.keys(part).map((key) => ({ key, bytes: Buffer.from(key) }));
    keys.sort((a, b) => a.bytes.length - b.bytes.length || Buffer.compare(a.bytes, b.bytes));
    return Object.fromEntries(keys.map(({ key }) => [key, part[key]]));
  });
}
