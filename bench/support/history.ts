import { sql } from 'kysely';
import { DAY } from '../../src/store/counts/rolled-counts.ts';
import type { Db } from '../../src/store/database/database.ts';

/** Of so many events one is a stage change. */
const EVENTS_PER_MOVE = 6;
/** How often a deal moves in the two months. */
const MOVES_PER_DEAL = 2;

/** How many deals a history has. */
export function dealsOf(events: number): number {
  return Math.max(1, Math.floor(events / EVENTS_PER_MOVE / MOVES_PER_DEAL));
}

/**
 * Two months of a busy account. Two thirds of the events are changes without consequence, a sixth are moves with three
 * actions, a sixth reports: each email is sent, delivered, opened and clicked soon after the move that started it. Three of four
 * emails name the event that started their campaign; the others are found by time. One report in 10,000 bounces, one in 500
 * emails ends with an opt-out, one action in 50,000 is a dead letter, and the oldest events have the rarest things.
 */
export async function fillHistory(store: Db, events: number, now: number): Promise<void> {
  const from = now - 60 * DAY;
  const every = (60 * DAY) / events;
  const deals = dealsOf(events);
  const STEP = 10_000;
  await sql`insert into connections (connection, owner_until) values ('acme', 0) on conflict do nothing`.execute(
    store,
  );
  for (let first = 1; first <= events; first += STEP) {
    const at = sql`(${from}::bigint + n * ${every}::float8)::bigint`;
    const series = sql`generate_series(${first}::bigint, ${Math.min(events, first + STEP - 1)}::bigint) as n`;
    // Of an email, its four reports have the number; of its stage change, the deal.
    const email = sql`n / 24`;
    const deal = sql`case when n % 6 = 1 then ${email} * 4 else n / 6 end % ${deals}::bigint`;
    const report = sql`case when n % 60001 = 1 then 'email_bounced'
      else (array['email_sent','email_delivered','email_opened','email_clicked'])[(n / 6) % 4 + 1] end`;
    await sql`
      insert into events (connection, key, kind, name, deal_id, person, occurred_at, created_at, payload, state,
        reason, rule, planned_at, no_email, owner_id)
      select 'acme', 'k' || n,
        case when n = 7 then 'inactivity' when n % 6 = 0 then 'deal_moved' when n % 6 = 1 then 'mail_report'
          else 'deal_changed' end,
        case when n % 6 = 1 then ${report} end,
        case when n % 6 <> 1 then 1000 + ${deal} end,
        'person' || ${deal} || '@example.com',
        (${at}) / 1000, ${at},
        case when n % 6 = 0 then jsonb_build_object('kind', 'deal_moved', 'dealId', 1000 + ${deal}, 'from', null,
            'to', jsonb_build_object('pipelineId', 1, 'stageId', 100 + n / 6 % 8), 'occurredAt', (${at}) / 1000)
          when n % 6 = 1 then jsonb_build_object('kind', 'mail_report', 'name', ${report}, 'reportId', 'r' || n,
            'person', jsonb_build_object('id', null, 'email', 'person' || ${deal} || '@example.com', 'cioId', null),
            'occurredAt', (${at}) / 1000, 'deliveryId', 'd' || ${email}, 'machine', false, 'recipients', '[]'::jsonb,
            'values', jsonb_build_object('subject', 'Your demo is booked', 'campaign_id', 1 + ${email} % 20)
              || case when ${email} % 4 > 0 then jsonb_build_object('trigger_event_id', lpad((${email} * 24)::text, 26, '0'))
                else '{}' end)
          else jsonb_build_object('kind', 'deal_changed', 'dealId', 1000 + ${deal}, 'occurredAt', 1) end,
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
        's' || ${deal}, 1000 + ${deal}, '{"kind":"note","dealId":1,"text":"x"}', lpad(n::text, 26, '0'),
        case when n % 299994 = 6 and k = 2 then 'dead' else 'done' end, ${at}, ${at} + 400
      from ${series}, generate_series(0, 2) k where n % 6 = 0
    `.execute(store);
    await sql`
      insert into attempts (connection, lane, started_at, duration_ms, call, status, outcome, action_ids)
      select 'acme', 'customerio', ${at}, 40, 'POST', 200, 'accepted', array[n]
      from ${series} where n % 6 = 0
    `.execute(store);
    await sql`
      insert into consent_ledger (connection, key, kind, scope, at, source, name, address, email, event_id, recorded_at)
      select 'acme', 'r' || n, kind, 'global', (${at}) / 1000, 'report', 'email_unsubscribed', email, email, n, ${at}
      from ${series} cross join lateral (
        select case when n % 60001 = 1 then 'bounce' else 'opt_out' end as kind, 'person' || ${deal} || '@example.com' as email
      ) own where n % 60001 = 1 or n % 12000 = 19
    `.execute(store);
  }
  await fillClients(store, deals, now);
  await sql`insert into trigger_evidence values ('acme', 1000, 0) on conflict do nothing`.execute(store);
  for (const table of ANALYZED) await sql`analyze ${sql.table(table)}`.execute(store);
}

const ANALYZED = [
  ...['events', 'actions', 'inbox', 'attempts', 'persons', 'person_names', 'person_deals', 'event_reports'],
  ...['consent_ledger', 'deals'],
];

/** Each deal with its client, who has one address. */
export async function fillClients(store: Db, deals: number, now: number): Promise<void> {
  const STEP = 5_000;
  for (let first = 0; first < deals; first += STEP) {
    const series = sql`generate_series(${first}::bigint, ${Math.min(deals, first + STEP) - 1}::bigint) as n`;
    const email = sql`'person' || n || '@example.com'`;
    await sql`
      insert into persons (connection, person, identifier, email, deal_id, updated_at)
      select 'acme', ${email}, ${email}, ${email}, 1000 + n, ${now}::bigint from ${series}
    `.execute(store);
    await sql`
      insert into person_names (connection, person, kind, value, source, since)
      select 'acme', ${email}, 'address', ${email}, 'contact', 1 from ${series}
    `.execute(store);
    await sql`
      insert into person_deals select 'acme', ${email}, 1000 + n, ${now}::bigint from ${series}
    `.execute(store);
    await sql`
      insert into deals (connection, deal_id, name, pipeline_id, stage_id, contacts, read_at)
      select 'acme', 1000 + n, 'Client ' || n, 1, 100 + n % 8, '[]', ${now}::bigint from ${series}
    `.execute(store);
  }
}
