import { type Selectable, sql } from 'kysely';
import type { DealContext } from '../../domain/plan/plan-types.ts';
import { type DealRecord, dealRecord, termsOf } from '../../domain/search/deal-record.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
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

/** Records deals that were read from Kommo, with their search terms. Writes only what has changed. */
export async function saveReadDeals(
  trx: LeasedTransaction,
  connection: string,
  contexts: Iterable<DealContext>,
  now: Millis,
): Promise<void> {
  const read = [...contexts].filter(({ deal }) => deal !== null);
  const stored = await dealRecords(
    trx,
    connection,
    read.map(({ deal }) => deal!.id),
  );
  const changes = read.flatMap((context) => changeOf(context, stored.get(context.deal!.id)));
  if (changes.length > 0) await saveChanges(trx, connection, changes, now);
}

interface Change {
  record: DealRecord;
  /** Terms to add and to remove. */
  added: string[];
  removed: string[];
}

function changeOf(context: DealContext, before: DealRecord | undefined): Change[] {
  const record = dealRecord(context, before);
  if (record === null || (before && hasSameNames(before, record))) return [];
  const terms = new Set(termsOf(record));
  const former = new Set(before ? termsOf(before) : []);
  const added = [...terms].filter((term) => !former.has(term));
  const removed = [...former].filter((term) => !terms.has(term));
  return [{ record, added, removed }];
}

/** A stage that has changed is written with the next name only: the stage changes themselves are stored, see stages.ts. */
function hasSameNames(before: DealRecord, after: DealRecord): boolean {
  return JSON.stringify({ ...before, stage: after.stage }) === JSON.stringify(after);
}

/** In the order of the deals, so that two processes do not wait for each other. */
async function saveChanges(
  trx: LeasedTransaction,
  connection: string,
  changes: Change[],
  now: Millis,
): Promise<void> {
  const sorted = changes.toSorted((a, b) => a.record.dealId - b.record.dealId);
  const rows = sorted.map(({ record: { stage, ...record } }) => ({ ...record, ...stage }));
  const terms = (part: 'added' | 'removed') =>
    sorted.flatMap((change) => change[part].map((term) => ({ term, dealId: change.record.dealId })));
  await sql`
    with saved as (
      insert into deals
        (connection, deal_id, name, pipeline_id, stage_id, company_id, company, contacts, read_at)
      select ${connection}, r."dealId", r.name, r."pipelineId", r."stageId", r."companyId", r.company, r.contacts,
        ${now}::bigint
      from jsonb_to_recordset(${jsonText(rows)}::jsonb) as r("dealId" bigint, name text, "pipelineId" bigint,
        "stageId" bigint, "companyId" bigint, company text, contacts jsonb)
      on conflict (connection, deal_id) do update set name = excluded.name, pipeline_id = excluded.pipeline_id,
        stage_id = excluded.stage_id, company_id = excluded.company_id, company = excluded.company,
        contacts = excluded.contacts, read_at = excluded.read_at
    ), removed as (
      delete from deal_terms t using jsonb_to_recordset(${jsonText(terms('removed'))}::jsonb)
        as r(term text, "dealId" bigint)
      where t.connection = ${connection} and t.term = r.term and t.deal_id = r."dealId"
    )
    insert into deal_terms (connection, term, deal_id)
    select ${connection}, r.term, r."dealId"
    from jsonb_to_recordset(${jsonText(terms('added'))}::jsonb) as r(term text, "dealId" bigint)
    on conflict do nothing
  `.execute(trx);
}

function recordOf(row: Selectable<DealRow>): DealRecord {
  const { deal_id: dealId, name, company_id: companyId, company, contacts } = row;
  const stage = { pipelineId: row.pipeline_id, stageId: row.stage_id };
  const own = contacts.map(({ id, name: contactName, emails }) => ({ id, name: contactName, emails }));
  return { dealId, name, stage, companyId, company, contacts: own };
}
