import { sql } from 'kysely';
import { DAY } from '../../src/store/counts/rolled-counts.ts';
import type { Db } from '../../src/store/database/database.ts';

/**
 * Two months of a busy account. Two thirds of the events are changes without consequence, a sixth are moves with three
 * actions, a sixth reports, four of each email. One report in 10,000 bounces, one action in 50,000 is a dead letter, and the oldest events have
 * the rarest things.
 */
export async function fillHistory(store: Db, events: number, now: number): Promise<void> {
  const from = now - 60 * DAY;
  const every = (60 * DAY) / events;
  const STEP = 10_000;
  await sql`insert into connections (connection, owner_until) values ('acme', 0) on conflict do nothing`.execute(
    store,
  );
  for (let first = 1; first <= events; first += STEP) {
    const at = sql`(${from}::bigint + n * ${every}::float8)::bigint`;
    const series = sql`generate_series(${first}::bigint, ${Math.min(events, first + STEP - 1)}::bigint) as n`;
    await sql`
      insert into events (connection, key, kind, name, deal_id, person, occurred_at, created_at, payload, state,
        reason, rule, planned_at, no_email, owner_id)
      select 'acme', 'k' || n,
        case when n = 7 then 'inactivity' when n % 6 = 0 then 'deal_moved' when n % 6 = 1 then 'mail_report'
          else 'deal_changed' end,
        case when n % 6 = 1 then case when n % 60001 = 1 then 'email_bounced'
          else (array['email_sent','email_delivered','email_opened','email_clicked'])[(n / 6) % 4 + 1] end end,
        case when n % 6 <> 1 then 1000 + n % 30000 end,
        'person' || case when n % 6 = 1 then n / 24 else n end % 30000 || '@example.com',
        (${at}) / 1000, ${at},
        case when n % 6 = 0 then jsonb_build_object('kind', 'deal_moved', 'dealId', 1000 + n % 30000, 'from', null,
            'to', jsonb_build_object('pipelineId', 1, 'stageId', 100 + n / 6 % 8), 'occurredAt', (${at}) / 1000)
          when n % 6 = 1 then jsonb_build_object('kind', 'mail_report', 'name', 'email_opened', 'reportId', 'r' || n,
            'person', jsonb_build_object('id', null, 'email', 'person' || n / 24 % 30000 || '@example.com', 'cioId', null),
            'occurredAt', (${at}) / 1000, 'deliveryId', 'd' || n / 24, 'machine', false, 'recipients', '[]'::jsonb,
            'values', jsonb_build_object('subject', 'Your demo is booked', 'campaign_id', 1 + n / 24 % 20))
          else jsonb_build_object('kind', 'deal_changed', 'dealId', 1000 + n % 30000, 'occurredAt', 1) end,
        case when n % 6 = 0 then 'planned' when n = 11 then 'parked' else 'ignored' end,
        'nothing is set up for it', case when n % 6 = 0 then 'stage Won' end, ${at} + 200,
        case when n % 600 = 0 then 'unsubscribed' end, case when n % 6 = 0 then 1 + n / 6 % 10 end
      from ${series}
    `.execute(store);
    await sql`
      insert into inbox (connection, source, received_at, headers, body, state, outcome)
      select 'acme', case when n % 6 = 1 then 'customerio' else 'kommo' end, ${at}, '{}', convert_to('a=b', 'UTF8'),
        'done', 'one event'
      from ${series}
    `.execute(store);
    await sql`insert into event_reports select n, n from ${series}`.execute(store);
    await sql`
      insert into actions (connection, lane, event_id, kind, subject, deal_id, payload, ulid, state, created_at, done_at)
      select 'acme', case when k = 2 then 'kommo' else 'customerio' end, n, (array['identify','track','note'])[k + 1],
        's' || n % 30000, 1000 + n % 30000, '{"kind":"note","dealId":1,"text":"x"}', 'u',
        case when n % 299994 = 6 and k = 2 then 'dead' else 'done' end, ${at}, ${at} + 400
      from ${series}, generate_series(0, 2) k where n % 6 = 0
    `.execute(store);
    await sql`
      insert into attempts (connection, lane, started_at, duration_ms, call, status, outcome, action_ids)
      select 'acme', 'customerio', ${at}, 40, 'POST', 200, 'accepted', array[n]
      from ${series} where n % 6 = 0
    `.execute(store);
  }
  await sql`
    insert into persons (connection, person, email, deal_id, updated_at)
    select 'acme', 'person' || n || '@example.com', 'person' || n || '@example.com', 1000 + n, ${now}
    from generate_series(0, 29999) n
  `.execute(store);
  await sql`insert into person_deals select 'acme', person, deal_id, ${now} from persons`.execute(store);
  for (const table of ['events', 'actions', 'inbox', 'attempts', 'persons', 'event_reports'])
    await sql`analyze ${sql.table(table)}`.execute(store);
}
