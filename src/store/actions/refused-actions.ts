import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';

/** A delivered call to Customer.io, of which a part was refused later. */
export interface RefusedCall {
  kind: 'identify' | 'track';
  /** The identifiers by which it may have named the person. */
  identifiers: string[];
  /** The attribute and its value, or null. */
  attribute: { name: string; value: string } | null;
  /** The event; null where it is not known. */
  event: string | null;
  /** Unix seconds. */
  at: UnixSeconds;
}

export interface RefusedAction {
  id: number;
  /** The identifier that the call named. */
  person: string;
}

/** A call is refused within seconds of its acceptance; Customer.io's queue can be behind by minutes. */
const WITHIN_S = 900;
/** The clocks of both sides may differ. */
const SLACK_S = 60;

/**
 * The delivered action that made the call: the latest one before the refusal with the refused value, or else of that person.
 * Found by the time of its creation, which has an index; an action that waited for more than an hour is not found.
 */
export async function refusedAction(
  db: Db,
  connection: string,
  call: RefusedCall,
): Promise<RefusedAction | null> {
  const until = (call.at + SLACK_S) * 1000;
  const { rows } = await sql<RefusedAction>`
    select id, payload->>'person' as person from actions
    where created_at between ${until - 3_600_000}::bigint and ${until}::bigint
      and payload <> '{}' and state in ('done', 'dropped', 'dead')
      and connection = ${connection} and kind = ${call.kind} and state = 'done'
      and done_at between ${(call.at - WITHIN_S) * 1000}::bigint and ${until}::bigint
      and (payload->>'person' = any(${call.identifiers}::text[])
        or payload->'attributes'->>${call.attribute?.name ?? ''} = ${call.attribute?.value ?? null})
      and (${call.event}::text is null or payload->>'name' = ${call.event})
    order by payload->'attributes'->>${call.attribute?.name ?? ''} is not distinct from ${call.attribute?.value ?? null} desc,
      id desc limit 1
  `.execute(db);
  return rows[0] ?? null;
}

/** Adds a warning to each of these actions, once. */
export async function addActionWarnings(
  trx: LeasedTransaction,
  warnings: { id: number; warning: string }[],
): Promise<void> {
  if (warnings.length === 0) return;
  await sql`
    update actions a set warnings = a.warnings || w.warnings
    from (
      select r.id, jsonb_agg(distinct r.warning) as warnings
      from jsonb_to_recordset(${jsonText(warnings)}::jsonb) as r(id bigint, warning text)
        join actions old on old.id = r.id
      where not old.warnings ? r.warning
      group by r.id
    ) w where a.id = w.id
  `.execute(trx);
}
