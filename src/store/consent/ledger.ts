import { sql } from 'kysely';
import type { EntryNames, LedgerEntry, RecordedEntry } from '../../domain/consent/ledger-entry.ts';
import type { Json } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { ConsentLedgerRow, Millis } from '../database/schema.ts';

/** Adds entries that are not stored yet. */
export async function addEntries(
  trx: LeasedTransaction,
  connection: string,
  entries: (LedgerEntry & Pick<RecordedEntry, 'eventId'>)[],
  now: Millis,
): Promise<void> {
  if (entries.length === 0) return;
  const rows = entries.map(({ key, at, source, name, kind, scope, address, names, who, eventId }) => ({
    ...{ key, at, source, name, kind, scope, address, who, event_id: eventId },
    ...{ identifier: names.identifier, email: names.email, cio_id: names.cioId },
  }));
  await sql`
    insert into consent_ledger (connection, key, kind, scope, at, source, name, address, identifier, email, cio_id, who,
      event_id, recorded_at)
    select ${connection}, r.key, r.kind, r.scope, r.at, r.source, r.name, r.address, r.identifier, r.email, r.cio_id, r.who,
      r.event_id, ${now}::bigint
    from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(key text, kind text, scope text, at bigint, source text,
      name text, address text, identifier text, email text, cio_id text, who text, event_id bigint)
    on conflict do nothing
  `.execute(trx);
}

/** All names by which entries are searched. Identifiers of people who are identified by email are addresses, too. */
export interface SearchedNames {
  identifiers: string[];
  addresses: string[];
  cioIds: string[];
}

/** Of the same fact about the same names so many are read, the newest: nobody opts out and in more often than this. */
const MAX_REPETITIONS = 20;

interface LedgerQueryRow extends Omit<ConsentLedgerRow, 'id'> {
  id: number;
  is_pending: boolean;
  task_deal_id: number | null;
  values: Record<string, Json> | null;
}

/** The deal of the task that an entry's event has led to and that no action closes. */
const OPEN_TASK = sql`(
  select t.deal_id from actions t
  where t.event_id = l.event_id and t.kind = 'task' and t.state in ('waiting', 'ready', 'sending', 'done')
    and not exists (
      select 1 from actions c
      where c.connection = t.connection and c.deal_id = t.deal_id and c.kind = 'close_task'
        and (c.result = t.result or c.payload->>'eventId' = t.event_id::text)
    )
  limit 1
)`;

/** The entries that concern any of these names. */
export async function entriesNamed(
  db: Db,
  connection: string,
  { identifiers, addresses, cioIds }: SearchedNames,
): Promise<RecordedEntry[]> {
  if (identifiers.length + addresses.length + cioIds.length === 0) return [];
  const anyIdentifier = [...new Set([...identifiers, ...addresses])];
  const { rows } = await sql<LedgerQueryRow>`
    with found as (
      select id from consent_ledger where connection = ${connection} and identifier = any(${anyIdentifier}::text[])
      union
      select id from consent_ledger where connection = ${connection} and email = any(${addresses}::text[])
      union
      select id from consent_ledger where connection = ${connection} and address = any(${addresses}::text[])
      union
      select id from consent_ledger where connection = ${connection} and cio_id = any(${cioIds}::text[])
    )
    select * from (
      select l.*, e.payload->'values' as values,
        coalesce(e.state in ('new', 'parked') or e.set_aside is not null, false) as is_pending,
        case when l.kind in ('bounce', 'suppressed') then ${OPEN_TASK} end as task_deal_id,
        row_number() over (
          partition by l.identifier, l.email, l.cio_id, l.address, l.kind, l.scope order by l.at desc, l.id desc
        ) as repetition
      from found join consent_ledger l on l.id = found.id left join events e on e.id = l.event_id
    ) ranked where repetition <= ${MAX_REPETITIONS}
    order by id
  `.execute(db);
  return rows.map(entryOf);
}

/** The entries under any of these names, be they identifiers or addresses. */
export function entriesOfNames(db: Db, connection: string, names: string[]): Promise<RecordedEntry[]> {
  const addresses = names.filter((name) => name.includes('@'));
  return entriesNamed(db, connection, { identifiers: names, addresses, cioIds: [] });
}

function entryOf(row: LedgerQueryRow): RecordedEntry {
  const { key, kind, scope, at, source, name, address, who } = row;
  const names: EntryNames = { identifier: row.identifier, email: row.email, cioId: row.cio_id };
  const task = row.task_deal_id === null ? {} : { taskDealId: row.task_deal_id };
  const recordedAt = Math.floor(row.recorded_at / 1000);
  const stored = {
    recordedAt,
    eventId: row.event_id,
    isPending: row.is_pending,
    values: row.values ?? {},
    ...task,
  };
  return { key, kind, scope, at, source, name, address, names, who, ...stored };
}
