import { sql } from 'kysely';
import { missingNames, type SenderName, withName } from '../../domain/campaigns/sender.ts';
import type { StagepostEvent } from '../../domain/events.ts';
import { type Db, json } from '../database/database.ts';

type Wanted = Pick<SenderName, 'kind' | 'id'>;

/** Those of the wanted names that are in the stored lists. */
export async function senderNames(
  db: Db,
  connection: string,
  wanted: readonly Wanted[],
): Promise<SenderName[]> {
  if (wanted.length === 0) return [];
  // The lists are read once, however many names are wanted.
  const { rows } = await sql<SenderName>`
    with listed as (
      select 'campaign' as kind, (c->>'id')::bigint as id, c->>'name' as name
      from campaign_lists, jsonb_array_elements(campaigns) as c where connection = ${connection}
      union all
      select s->>'kind', (s->>'id')::bigint, s->>'name'
      from campaign_lists, jsonb_array_elements(senders) as s where connection = ${connection}
    )
    select kind, id, name from listed
    where (kind, id) in (select w.kind, w.id from jsonb_to_recordset(${json(wanted)}) as w(kind text, id bigint))
  `.execute(db);
  return rows.map((row) => ({ ...row, id: Number(row.id) }));
}

/** Reports with the names that they lack, as far as the stored lists have them; everything else as it is. */
export async function withSenderNames<Row extends { connection: string; payload: StagepostEvent }>(
  db: Db,
  rows: Row[],
): Promise<Row[]> {
  const nameless = rows.flatMap(({ connection, payload }) =>
    missingIn(payload).map((missing) => ({ connection, ...missing })),
  );
  if (nameless.length === 0) return rows;
  const names = new Map<string, string>();
  for (const connection of new Set(nameless.map((each) => each.connection))) {
    const wanted = nameless.filter((each) => each.connection === connection);
    const keys = [...new Map(wanted.map(({ kind, id }) => [`${kind} ${id}`, { kind, id }])).values()];
    for (const { kind, id, name } of await senderNames(db, connection, keys))
      names.set(keyOf(connection, { kind, id }), name);
  }
  return rows.map((row) => withNames(row, names));
}

function withNames<Row extends { connection: string; payload: StagepostEvent }>(
  row: Row,
  names: ReadonlyMap<string, string>,
): Row {
  let { payload } = row;
  for (const missing of missingIn(row.payload)) {
    const name = names.get(keyOf(row.connection, missing));
    if (name !== undefined && payload.kind === 'mail_report') payload = withName(payload, missing.kind, name);
  }
  return payload === row.payload ? row : { ...row, payload };
}

const keyOf = (connection: string, { kind, id }: Wanted) => JSON.stringify([connection, kind, id]);

/** The contents of a report may have been removed after the retention time. */
function missingIn(payload: StagepostEvent): Wanted[] {
  return payload.kind === 'mail_report' ? missingNames(payload) : [];
}
