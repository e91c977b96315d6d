import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { sql } from 'kysely';
import type { Filter } from '../src/http/activity/filter.ts';
import { createPipelines } from '../src/http/activity/pipelines.ts';
import { search } from '../src/http/activity/search.ts';
import { type Db, openDatabase } from '../src/store/database.ts';
import { boundedWork } from '../src/store/queries/bounded-work.ts';
import { eventTrace } from '../src/store/queries/event-trace.ts';
import {
  countsByBucket,
  DAY,
  HOUR,
  lastTimes,
  METRICS,
  totalsSince,
} from '../src/store/queries/rolled-counts.ts';
import { subjects } from '../src/store/queries/trace.ts';
import { createRollUp } from '../src/store/roll-up.ts';

/*
 * How long the console's questions take with a million events stored. On the embedded database each of them stands
 * still everything else for as long, webhooks too, so each must be short in its worst case.
 *
 *   node bench/console.ts [FOLDER] [EVENTS]       the embedded database in FOLDER, made at the first run
 *   DATABASE_URL=postgres://… node bench/console.ts
 *
 * Two thirds of the events are changes without consequence, a sixth are moves with three actions, a sixth reports. One
 * report in 10,000 bounces, one action in 50,000 is a dead letter, and the oldest events have the rarest things.
 * Each question is asked 30 times. Shown are the median and the longest time, and the computing time of one (of this
 * process: on the embedded database that is all of it), in ms. On a busy machine only the last is to be trusted.
 */

const FOLDER = process.argv[2] ?? '/tmp/stagepost-bench-console';
const EVENTS = Number(process.argv[3] ?? 1_000_000);
const NAMES = ['acme'];
const NOW = Date.now();

const isNew = !process.env.DATABASE_URL && !existsSync(FOLDER);
if (isNew) mkdirSync(FOLDER, { recursive: true });
const database = await openDatabase({
  dataDir: FOLDER,
  databaseUrl: process.env.DATABASE_URL || undefined,
  onError: (error) => console.error(error),
});
const { db } = database;
const { rows: stored } = await sql`select 1 from events limit 1`.execute(db);
if (stored.length === 0) await fill(db);

async function fill(store: Db): Promise<void> {
  const from = NOW - 60 * DAY;
  const every = (60 * DAY) / EVENTS;
  console.log(`writing ${EVENTS.toLocaleString('en')} events …`);
  const STEP = 10_000;
  await sql`insert into connections (connection, owner_until) values ('acme', 0)`.execute(store);
  for (let first = 1; first <= EVENTS; first += STEP) {
    const at = sql`(${from}::bigint + n * ${every}::float8)::bigint`;
    const series = sql`generate_series(${first}::bigint, ${Math.min(EVENTS, first + STEP - 1)}::bigint) as n`;
    await sql`
      insert into events (connection, key, kind, name, deal_id, person, occurred_at, created_at, payload, state,
        reason, rule, planned_at)
      select 'acme', 'k' || n,
        case when n = 7 then 'inactivity' when n % 6 = 0 then 'deal_moved' when n % 6 = 1 then 'mail_report'
          else 'deal_changed' end,
        case when n % 6 = 1 then case when n % 60001 = 1 then 'email_bounced' else 'email_opened' end end,
        case when n % 6 <> 1 then 1000 + n % 30000 end, 'person' || n % 30000 || '@example.com',
        (${at}) / 1000, ${at},
        jsonb_build_object('kind', 'deal_changed', 'dealId', 1000 + n % 30000, 'occurredAt', 1),
        case when n % 6 = 0 then 'planned' when n = 11 then 'parked' else 'ignored' end,
        'nothing is set up for it', case when n % 6 = 0 then 'stage Won' end, ${at} + 200
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
    select 'acme', 'person' || n || '@example.com', 'person' || n || '@example.com', 1000 + n, ${NOW}
    from generate_series(0, 29999) n
  `.execute(store);
  await sql`insert into person_deals select 'acme', person, deal_id, ${NOW} from persons`.execute(store);
  for (const table of ['events', 'actions', 'inbox', 'attempts', 'persons', 'event_reports'])
    await sql`analyze ${sql.table(table)}`.execute(store);
}

async function time(name: string, work: () => Promise<unknown>, runs = 30): Promise<void> {
  const took: number[] = [];
  const before = process.cpuUsage();
  for (let run = 0; run < runs; run++) {
    const started = performance.now();
    await work();
    took.push(performance.now() - started);
  }
  const { user, system } = process.cpuUsage(before);
  const cpu = (user + system) / 1000 / runs;
  took.sort((a, b) => a - b);
  const [median, most] = [took[Math.floor(took.length / 2)]!, took.at(-1)!];
  console.log(
    `${name.padEnd(58)} ${median.toFixed(1).padStart(8)} ${most.toFixed(1).padStart(8)} ${cpu.toFixed(1).padStart(8)}`,
  );
}

const rollUp = createRollUp({ database, now: () => Date.now(), onError: console.error });
const began = performance.now();
await rollUp.settle();
console.log(`the first counting took ${((performance.now() - began) / 1000).toFixed(1)} s`);
await rollUp.stop();

const pipelines = createPipelines(async () => db, Date.now);
const list = (filter: Filter, before: number | null = null) =>
  search(db, pipelines, { connections: NAMES, filter, before, limit: 50 });
const middle = Math.floor(EVENTS / 2);

console.log(`${'question'.padEnd(58)}   median  longest  of CPU`);
await time('activity: everything', () => list({}));
await time('activity: everything, from the middle', () => list({}, middle));
await time('activity: moves', () => list({ kind: 'deal_moved' }));
await time('activity: a kind with one, the oldest', () => list({ kind: 'inactivity' }));
await time('activity: a kind without any', () => list({ kind: 'deal_deleted' }));
await time('activity: one deal', () => list({ deal: 1234 }));
await time('activity: one person', () => list({ persons: ['person5@example.com'] }));
await time('activity: failed (20, the oldest among them)', () => list({ outcome: 'failed' }));
await time('activity: open (none)', () => list({ outcome: 'open' }));
await time('activity: parked (one, the oldest)', () => list({ outcome: 'parked' }));
await time('activity: done', () => list({ outcome: 'done' }));
await time('activity: nothing', () => list({ outcome: 'nothing' }));
await time('activity: a rare name (bounced)', () => list({ name: 'email_bounced' }));
await time('activity: repaired moves (none)', () => list({ repaired: true }));
await time('activity: a day, a month ago', () => list({ since: NOW - 30 * DAY, until: NOW - 29 * DAY }));
await time('activity: done moves of a day, a month ago', () =>
  list({ kind: 'deal_moved', outcome: 'done', since: NOW - 30 * DAY, until: NOW - 29 * DAY }),
);
await time('now: open work', () => boundedWork(db, NAMES, 10_000));
await time('now: last times', () => lastTimes(db, NAMES, [...METRICS]));
await time('now: counts of 24 hours', () => totalsSince(db, NAMES, Date.now() - DAY));
const today = Math.floor(NOW / DAY) * DAY;
const month = {
  starts: Array.from({ length: 30 }, (_, index) => today - (29 - index) * DAY),
  end: today + DAY,
};
await time('charts: 30 days of UTC', () => countsByBucket(db, NAMES, { size: DAY, ...month }));
await time('charts: 30 days of another zone', () => countsByBucket(db, NAMES, { size: HOUR, ...month }));
await time('one event with its trace', () => eventTrace(db, NAMES, middle - (middle % 6)));
await time('a person', () => subjects(db, 'acme', 'person5@example.com'));

await database.close();
if (process.argv[4] === 'remove') rmSync(FOLDER, { recursive: true });
