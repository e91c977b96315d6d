import { type Selectable, sql } from 'kysely';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { type DealRecord, dealRecord, termsOf } from '../../domain/search/deal-record.ts';
import { commitLater } from '../database/commit-later.ts';
import { anyOf, type Db, jsonText } from '../database/database.ts';
import type { DealRow, Millis } from '../database/schema.ts';

/** The records of these deals by id; deals that were never read are missing. */
export async function dealRecords(
  db: Db,
  connection: string,
  dealIds: readonly number[],
): Promise<Map<number, DealRecord>> {
  if (dealIds.length === 0) return new Map();
  const rows = await db
    .selectFrom('deals')
    .selectAll()
    .where('connection', '=', connection)
    .where('deal_id', '=', anyOf([...dealIds], 'bigint'))
    .execute();
  return new Map(rows.map((row) => [row.deal_id, recordOf(row)]));
}

/** A deal as it was read from Kommo for a decision, or for its name. */
export interface DealReading {
  connection: string;
  context: DealContext;
  /** When it was read, ms. */
  at: Millis;
}

/**
 * Records deals that were read from Kommo, with their search terms. Writes only what has changed, and nothing that is older than
 * the record. Names decide nothing, so no lease is needed, and the commit does not wait for the disk.
 * @param readings in the order in which they were made
 */
export async function saveReadDeals(db: Db, readings: readonly DealReading[]): Promise<void> {
  const read = readings.filter(({ context }) => context.deal !== null);
  const changes = changesOf(read, await recordsOf(db, read));
  if (changes.length > 0) await saveChanges(db, changes);
}

/** A record with its connection. */
interface Stored {
  record: DealRecord;
  readAt: Millis;
}

interface Change extends Stored {
  connection: string;
  /** Terms to add and to remove. */
  added: string[];
  removed: string[];
}

const keyOf = ({ connection, context }: DealReading) => `${connection}/${context.deal!.id}`;

async function recordsOf(db: Db, readings: readonly DealReading[]): Promise<Map<string, Stored>> {
  const wanted = [...new Map(readings.map((reading) => [keyOf(reading), reading])).values()];
  if (wanted.length === 0) return new Map();
  const connections = wanted.map(({ connection }) => connection);
  const ids = wanted.map(({ context }) => context.deal!.id);
  // With its own limit each deal is found by its key, however many the planner expects in the list.
  const { rows } = await sql<Selectable<DealRow>>`
    select d.* from unnest(${connections}::text[], ${ids}::bigint[]) as r(connection, deal_id)
    cross join lateral (
      select * from deals where connection = r.connection and deal_id = r.deal_id limit 1
    ) d
  `.execute(db);
  return new Map(
    rows.map((row) => [`${row.connection}/${row.deal_id}`, { record: recordOf(row), readAt: row.read_at }]),
  );
}

/** What differs from the records after all readings, of which several may be of one deal. */
function changesOf(readings: readonly DealReading[], stored: ReadonlyMap<string, Stored>): Change[] {
  const after = new Map<string, Stored & { connection: string }>();
  for (const reading of readings) {
    const { connection, context, at } = reading;
    const before = after.get(keyOf(reading)) ?? stored.get(keyOf(reading));
    if (before && before.readAt > at) continue;
    const record = dealRecord(context, before?.record)!;
    if (!before || !hasSameNames(before.record, record))
      after.set(keyOf(reading), { connection, record, readAt: at });
  }
  return [...after].map(([key, change]) => ({
    ...change,
    ...termChanges(stored.get(key)?.record, change.record),
  }));
}

function termChanges(before: DealRecord | undefined, record: DealRecord): Pick<Change, 'added' | 'removed'> {
  const terms = new Set(termsOf(record));
  const former = new Set(before ? termsOf(before) : []);
  return {
    added: [...terms].filter((term) => !former.has(term)),
    removed: [...former].filter((term) => !terms.has(term)),
  };
}

/** A stage that has changed is written with the next name only: the stage changes themselves are stored, see stages.ts. */
function hasSameNames(before: DealRecord, after: DealRecord): boolean {
  return JSON.stringify({ ...before, stage: after.stage }) === JSON.stringify(after);
}

/** In the order of the deals, so that two processes do not wait for each other. */
async function saveChanges(db: Db, changes: Change[]): Promise<void> {
  const sorted = changes.toSorted(
    (a, b) => compare(a.connection, b.connection) || a.record.dealId - b.record.dealId,
  );
  const rows = sorted.map(({ connection, readAt, record: { stage, ...record } }) => ({
    ...{ connection, readAt },
    ...record,
    ...stage,
  }));
  const terms = (part: 'added' | 'removed') =>
    sorted.flatMap(({ connection, record: { dealId }, ...change }) =>
      change[part].map((term) => ({ connection, term, dealId })),
    );
  await sql`
    with saved as (
      insert into deals
        (connection, deal_id, name, pipeline_id, stage_id, company_id, company, contacts, read_at)
      select r.connection, r."dealId", r.name, r."pipelineId", r."stageId", r."companyId", r.company, r.contacts, r."readAt"
      from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r(connection text, "dealId" bigint, name text,
        "pipelineId" bigint, "stageId" bigint, "companyId" bigint, company text, contacts jsonb, "readAt" bigint)
      on conflict (connection, deal_id) do update set name = excluded.name, pipeline_id = excluded.pipeline_id,
        stage_id = excluded.stage_id, company_id = excluded.company_id, company = excluded.company,
        contacts = excluded.contacts, read_at = excluded.read_at
      where deals.read_at <= excluded.read_at
    ), removed as (
      delete from deal_terms t using jsonb_to_recordset(${jsonText(terms('removed'))}::jsonb)
        as r(connection text, term text, "dealId" bigint)
      where t.connection = r.connection and t.term = r.term and t.deal_id = r."dealId"
    ), added as (
      insert into deal_terms (connection, term, deal_id)
      select r.connection, r.term, r."dealId"
      from jsonb_to_recordset(${jsonText(terms('added'))}::jsonb) as r(connection text, term text, "dealId" bigint)
      on conflict do nothing
    )
    select ${commitLater}
  `.execute(db);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function recordOf(row: Selectable<DealRow>): DealRecord {
  const { deal_id: dealId, name, company_id: companyId, company, contacts } = row;
  const stage = { pipelineId: row.pipeline_id, stageId: row.stage_id };
  const own = contacts.map(({ id, name: contactName, emails }) => ({ id, name: contactName, emails }));
  return { dealId, name, stage, companyId, company, contacts: own };
}
