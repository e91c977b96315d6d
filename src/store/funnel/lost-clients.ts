import { sql } from 'kysely';
import type { UnixSeconds } from '../../domain/entities.ts';
import { anyOf, type Db } from '../database/database.ts';
import type { EntryPeriod } from './entry-counts.ts';

/** How many clients have unsubscribed or marked an email as spam, and how many addresses have bounced. */
export interface LostCounts {
  unsubscribed: number;
  bounced: number;
}

/** By what a client is told from others: an address, where one is known. */
const CLIENT = sql`coalesce(email, identifier, cio_id, address)`;

const KINDS = { unsubscribed: ['opt_out', 'complaint'], bounced: ['bounce'] };

export async function countLostClients(
  db: Db,
  { connections, since, until }: EntryPeriod,
): Promise<LostCounts> {
  const { rows } = await sql<LostCounts>`
    select count(distinct (connection, ${CLIENT})) filter (where kind <> 'bounce')::int as unsubscribed,
      count(distinct (connection, ${CLIENT})) filter (where kind = 'bounce')::int as bounced
    from consent_ledger
    where connection = ${anyOf(connections, 'text')} and kind = ${anyOf(Object.values(KINDS).flat(), 'text')}
      and at >= ${since}::bigint and at < ${until}::bigint
  `.execute(db);
  return rows[0]!;
}

export interface LostFilter extends EntryPeriod {
  kind: keyof typeof KINDS;
}

/** The newest fact of a period that says that a client is lost. */
export interface LostFact {
  id: number;
  connection: string;
  person: string;
  kind: 'opt_out' | 'complaint' | 'bounce';
  at: UnixSeconds;
  eventId: number | null;
  dealId: number | null;
}

/** The place in the list after which the next page begins. */
export interface LostPlace {
  at: UnixSeconds;
  id: number;
}

/** Each client of a period once, the newest first, at most `limit` after a place. */
export async function listLostClients(
  db: Db,
  { connections, since, until, kind }: LostFilter,
  after: LostPlace | null,
  limit: number,
): Promise<LostFact[]> {
  const place = after === null ? sql`true` : sql`(at, id) < (${after.at}::bigint, ${after.id}::bigint)`;
  const { rows } = await sql<LostFact>`
    select l.id, l.connection, l.person, l.kind, l.at, e.id as "eventId", coalesce(e.deal_id, p.deal_id) as "dealId"
    from (
      select * from (
        select distinct on (connection, ${CLIENT}) id, connection, ${CLIENT} as person, kind, at, event_id from consent_ledger
        where connection = ${anyOf(connections, 'text')} and kind = ${anyOf(KINDS[kind], 'text')}
          and at >= ${since}::bigint and at < ${until}::bigint and ${CLIENT} is not null
        order by connection, ${CLIENT}, at desc, id desc
      ) clients where ${place} order by at desc, id desc limit ${limit}
    ) l left join events e on e.id = l.event_id
    left join lateral (
      select deal_id from persons where connection = l.connection and (email = l.person or identifier = l.person) limit 1
    ) p on true
    order by l.at desc, l.id desc
  `.execute(db);
  return rows;
}

/** The place of a fact in the list; null where it is not among these connections. */
export async function placeOfLost(db: Db, connections: string[], id: number): Promise<LostPlace | null> {
  const row = await db
    .selectFrom('consent_ledger')
    .select(['at', 'id'])
    .where('id', '=', id)
    .where('connection', '=', anyOf(connections, 'text'))
    .executeTakeFirst();
  return row ?? null;
}
