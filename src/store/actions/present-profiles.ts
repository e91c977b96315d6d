import { sql } from 'kysely';
import type { LeasedTransaction } from '../connections/leased-transaction.ts';
import { type Db, jsonText } from '../database/database.ts';
import type { Millis } from '../database/schema.ts';
import type { OrderKey } from './order-keys.ts';

/*
 * Updates and events for a profile that a person had before. Customer.io creates a profile that it does not know, so an action that
 * is sent after the profile was renamed or merged would bring it back. Such an action goes to the present profile: an update has the
 * time at which Kommo was read, so newer values stay, and its email is left out, since the present profile has its own.
 */

/**
 * Plans the open updates and events from before a restore again for the present profiles of their people: after the first update of
 * these, and before what has happened since. The lost database may have renamed the profile. A person's actions go by their ids, so
 * both get new ones. An event keeps its ULID, by which Customer.io recognises what it has.
 * @param keys all profiles of the people whose profiles have changed
 * @param until the last moment before the restore
 */
export async function planForPresentProfiles(
  trx: LeasedTransaction,
  connection: string,
  keys: OrderKey[],
  until: Millis,
  now: Millis,
): Promise<void> {
  const former = keys.filter(({ profile, subject }) => profile !== subject);
  if (former.length === 0) return;
  const subjects = [...new Set(former.flatMap(({ profile, subject }) => [profile, subject]))];
  await sql`
    with r as materialized (
      select * from jsonb_to_recordset(${jsonText(former)}::jsonb) as r(profile text, subject text)
    ), open as materialized (
      select id from actions where connection = ${connection} and lane = 'customerio'
        and subject = any(${subjects}::text[]) and done_at is null and state <> 'waiting'
    ), own as (
      select id from open
      union all
      select f.id from open join actions f on f.after_id = open.id where f.state = 'waiting' and f.lane = 'customerio'
    ), old as materialized (
      select a.*, r.subject as present from own join actions a on a.id = own.id join r on r.profile = a.payload->>'person'
      where a.kind in ('identify', 'track') and a.created_at <= ${until}::bigint
    ), planned as materialized (
      select a.id, a.kind, a.payload->>'person' as present from own join actions a on a.id = own.id
      where a.payload->>'person' in (select present from old) and a.created_at > ${until}::bigint
        and a.kind in ('identify', 'track') and a.state <> 'sending'
    ), later as materialized (
      select id, present from planned p
      where id > (select min(id) from planned first where first.present = p.present and first.kind = 'identify')
    ), renewed as materialized (
      select id, present, nextval(pg_get_serial_sequence('actions', 'id')) as new_id
      from (select id, present, 1 as part from old union all select id, present, 2 from later order by part, id) o
    ), added as (
      insert into actions (id, connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, after_id, priority,
        attempts, next_attempt_at, created_at, warnings)
      overriding system value
      select n.new_id, a.connection, a.lane, a.event_id, a.kind, n.present, a.deal_id,
        case when a.payload->>'person' = n.present then a.payload else ${forProfile(sql`a.payload`, sql`n.present`)} end,
        a.ulid, case a.state when 'waiting' then 'waiting' else 'ready' end, coalesce(before.new_id, a.after_id), a.priority,
        0, 0, ${now}::bigint, a.warnings
      from renewed n join actions a on a.id = n.id left join renewed before on before.id = a.after_id
    ), followers as (
      update actions a set after_id = n.new_id from renewed n
      where a.after_id = n.id and a.state = 'waiting' and a.id not in (select id from renewed)
    ), replaced as (
      delete from actions where id in (select id from later)
    )
    update actions a set state = 'dropped', done_at = ${now}::bigint, failure = null, failure_code = null,
      error = 'Sent to ' || o.present || ' instead: that is the client''s profile since the database was backed up.'
    from old o where a.id = o.id
  `.execute(trx);
}

/**
 * Addresses replayed updates and events to the present profiles of their people. The limits make each action a lookup of its own:
 * a join could read all people.
 */
export async function addressToPresentProfiles(trx: Db, ids: number[]): Promise<void> {
  if (ids.length === 0) return;
  await sql`
    update actions a set payload = ${forProfile(sql`a.payload`, sql`f.present`)}, subject = f.present,
      warnings = a.warnings || jsonb_build_array('Replayed for ' || f.present || ', which is the profile of this client now.')
    from (
      select a.id, min(p.identifier) as present
      from actions a
      cross join lateral (
        select person from person_names
        where connection = a.connection and value = a.payload->>'person' and source = 'identify' limit 10
      ) n
      cross join lateral (
        select identifier from persons
        where connection = a.connection and person = n.person and identifier is not null limit 1
      ) p
      where a.id = any(${ids}::bigint[]) and a.lane = 'customerio' and a.kind in ('identify', 'track')
        and not exists (select 1 from persons where connection = a.connection and identifier = a.payload->>'person')
        and not exists (select 1 from persons
          where connection = a.connection and person = a.payload->>'person' and identifier is null)
      group by a.id having count(distinct p.identifier) = 1
    ) f
    where a.id = f.id
  `.execute(trx);
}

const forProfile = (payload: ReturnType<typeof sql>, profile: ReturnType<typeof sql>) =>
  sql`jsonb_set(${payload} #- '{attributes,email}', '{person}', to_jsonb(${profile}))`;
