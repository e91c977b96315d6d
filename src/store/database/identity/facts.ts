/** What a database holds that would be missed. Counts end at COUNTED. */
export interface Holdings {
  /** The newest version of the rules of each connection. */
  rules: Record<string, number>;
  /** At most NAMED names. */
  users: string[];
  tokens: number;
  /** Running inactivity timers. */
  timers: number;
  /** Actions that are not delivered yet. */
  undelivered: number;
  deadLetters: number;
}

/** The newest row of each table that only grows: a database in which one is lower is an earlier state. */
export interface Marks {
  inbox: number;
  events: number;
  actions: number;
}

/** What `stagepost restore` and `stagepost move` have left in a database. Times in ms. */
export interface Origin {
  /** When it was restored; null where it was not, and once a server has started with it. */
  restoredAt: number | null;
  /** Where its data was moved to; null where it was not. */
  movedTo: string | null;
  movedAt: number | null;
}

/** What identifies a database, and what is in it. */
export interface DatabaseFacts {
  /** Null where no server has given it an identity yet. */
  installation: string | null;
  marks: Marks;
  holdings: Holdings;
  /** Absent where it was neither restored nor moved. Records of earlier uses have none. */
  origin?: Origin;
}

/** The facts of a database that does not exist yet, or has no tables. */
export const EMPTY: DatabaseFacts = {
  installation: null,
  marks: { inbox: 0, events: 0, actions: 0 },
  holdings: { rules: {}, users: [], tokens: 0, timers: 0, undelivered: 0, deadLetters: 0 },
};

/** Where counts end: a count of all dead letters can take the embedded database a fifth of a second. */
export const COUNTED = 1_000;
const NAMED = 20;

/** Runs a statement without parameters: of Kysely, pg or PGlite. */
export type Query = (statement: string) => Promise<{ rows: unknown[] }>;

/**
 * Reads the facts of a database, also of one that an earlier version has left or that has no tables. Writes nothing, and
 * reads by indexes only.
 */
export async function readFacts(query: Query): Promise<DatabaseFacts> {
  const tables = await existingTables(query);
  const number = (table: string, expression: string) =>
    tables.has(table) ? `(select coalesce(${expression}, 0)::int from ${table})` : '0';
  const count = (table: string, condition: string) =>
    tables.has(table)
      ? `(select count(*)::int from (select 1 from ${table} where ${condition} limit ${COUNTED}) as counted)`
      : '0';
  const list = (table: string, rows: string) => (tables.has(table) ? `(${rows})` : 'null');
  const { rows } = await query(`
    select
      ${tables.has('installation') ? '(select id from installation)' : 'null'} as installation,
      ${tables.has('installation') ? `(${ORIGIN})` : 'null'} as origin,
      greatest(${number('inbox', 'max(id)')}, ${number('inbox_done', 'max(id)')}, ${number('count_cursors', COUNTED_REQUESTS)}) as inbox,
      ${number('events', 'max(id)')} as events,
      ${number('actions', 'max(id)')} as actions,
      ${list('rule_versions', 'select json_object_agg(connection, version) from (select connection, max(version) as version from rule_versions group by connection) as newest')} as rules,
      ${list('users', `select json_agg(name) from (select name from users order by id limit ${NAMED}) as named`)} as users,
      ${count('tokens', 'true')} as tokens,
      ${count('watches', `state = 'running'`)} as timers,
      ${count('actions', `state in ('waiting', 'ready', 'sending')`)} as undelivered,
      ${count('actions', `state = 'dead'`)} as dead_letters
  `);
  return toFacts(rows[0] as FactsRow);
}

/** Where retention has removed every request, this is the id of the last one. */
const COUNTED_REQUESTS = `max(id) filter (where source = 'inbox')`;

/** A table of an earlier version lacks these columns. */
const ORIGIN = `
  select jsonb_build_object('restoredAt', row->'restored_at', 'movedTo', row->'moved_to', 'movedAt', row->'moved_at')
  from (select to_jsonb(installation) as row from installation) as stored
  where row->>'restored_at' is not null or row->>'moved_to' is not null`;

interface FactsRow extends Marks {
  installation: string | null;
  origin: Origin | null;
  rules: Record<string, number> | null;
  users: string[] | null;
  tokens: number;
  timers: number;
  undelivered: number;
  dead_letters: number;
}

function toFacts(row: FactsRow): DatabaseFacts {
  const { installation, origin, inbox, events, actions, rules, users, tokens, timers, undelivered } = row;
  return {
    installation,
    marks: { inbox, events, actions },
    ...(origin !== null && {
      origin: {
        restoredAt: origin.restoredAt ?? null,
        movedTo: origin.movedTo ?? null,
        movedAt: origin.movedAt ?? null,
      },
    }),
    holdings: {
      rules: rules ?? {},
      users: users ?? [],
      tokens,
      timers,
      undelivered,
      deadLetters: row.dead_letters,
    },
  };
}

const TABLES = [
  ...['installation', 'inbox', 'inbox_done', 'count_cursors', 'events', 'actions'],
  ...['rule_versions', 'users', 'tokens', 'watches'],
];

async function existingTables(query: Query): Promise<Set<string>> {
  const values = TABLES.map((name) => `('${name}')`).join(', ');
  const { rows } = await query(`
    select name from (values ${values}) as wanted(name) where to_regclass(quote_ident(name)) is not null
  `);
  return new Set((rows as { name: string }[]).map(({ name }) => name));
}

/** Whether nothing would be missed if this database were gone. */
export function isEmpty({ marks, holdings }: Pick<DatabaseFacts, 'marks' | 'holdings'>): boolean {
  const { rules, users, tokens } = holdings;
  const rows = marks.inbox + marks.events + marks.actions + tokens;
  return rows === 0 && users.length === 0 && Object.keys(rules).length === 0;
}
