import { existsSync, mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { METRICS } from '../src/domain/metrics.ts';
import type { Filter } from '../src/http/api/activity/filter.ts';
import { search } from '../src/http/api/activity/search.ts';
import { createPipelineCache } from '../src/http/api/pipeline-cache.ts';
import { en } from '../src/languages/en.ts';
import { boundedWork } from '../src/store/counts/bounded-work.ts';
import { createRollUp } from '../src/store/counts/roll-up.ts';
import { countsByBucket, DAY, HOUR, lastTimes, totalsSince } from '../src/store/counts/rolled-counts.ts';
import { openDatabase } from '../src/store/database/database.ts';
import { eventTrace } from '../src/store/events/event-trace.ts';
import { subjects } from '../src/store/events/trace.ts';
import { countCampaigns } from '../src/store/funnel/campaign-counts.ts';
import { countEntries, medianTimes } from '../src/store/funnel/entry-counts.ts';
import { listEntries } from '../src/store/funnel/entry-list.ts';
import { countLostClients, listLostClients } from '../src/store/funnel/lost-clients.ts';
import { countDealsInStages } from '../src/store/rule-effects.ts';
import { fillHistory } from './support/history.ts';

/*
 * How long the console's benchmarks take with a million events stored. On the embedded database each of them stands
 * still everything else for as long, webhooks too, so each must be short in its worst case.
 *
 *   node bench/console.ts [FOLDER] [EVENTS]       the embedded database in FOLDER, made at the first run
 *   DATABASE_URL=postgres://… node bench/console.ts
 *
 * What is stored: `support/history.ts`. Each benchmark is asked 30 times. Shown are the median and the longest time, and the computing time of one (of this
 * process: on the embedded database that is all of it), in ms. On a busy machine only the last is to be trusted.
 */

const FOLDER = process.argv[2] ?? join(import.meta.dirname, 'results/console-data');
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
if (stored.length === 0) {
  console.log(`writing ${EVENTS.toLocaleString('en')} events …`);
  await fillHistory(db, EVENTS, NOW);
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
await rollUp.countAll();
console.log(`the first counting took ${((performance.now() - began) / 1000).toFixed(1)} s`);
await rollUp.stop();

const pipelines = createPipelineCache(async () => db, Date.now);
const list = (filter: Omit<Filter, 'connections'>, before: number | null = null) =>
  search(db, pipelines, { filter: { ...filter, connections: NAMES }, before, limit: 50, words: en });
const middle = Math.floor(EVENTS / 2);

console.log(`${'benchmark'.padEnd(58)}   median  longest  of CPU`);
await time('reference: select 1', () => sql`select 1`.execute(db));
await time('activity: everything', () => list({}));
await time('activity: as it opens, without what had nothing to do', () => list({ hide: 'nothing' }));
await time('activity: a stage', () => list({ stage: { pipelineId: 1, stageId: 103 } }));
await time('activity: a stage without any', () => list({ stage: { pipelineId: 1, stageId: 9 } }));
await time('activity: a campaign', () => list({ campaign: 7 }));
await time('activity: a reason for no email', () => list({ reason: 'unsubscribed' }));
await time('activity: an owner', () => list({ owner: 3 }));
await time('activity: a rule', () => list({ rule: 'stage Won' }));
await time('activity: a rule without any', () => list({ rule: 'stage Lost' }));
await time('activity: everything, from the middle', () => list({}, middle));
await time('activity: reports', () => list({ kind: 'mail_report' }));
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
const funnelOf = (days: number) => ({
  connections: NAMES,
  since: Math.floor(NOW / 1000) - days * 86_400,
  until: Math.floor(NOW / 1000) + 1,
});
const first = { at: Math.floor(NOW / 1000) + 1, id: 0 };
await time('funnel: a day (the longest statement)', () => countEntries(db, funnelOf(1)));
await time('funnel: 7 days', () => countEntries(db, funnelOf(7)));
await time('funnel: 30 days', () => countEntries(db, funnelOf(30)));
await time('funnel: campaigns of 30 days', () => countCampaigns(db, funnelOf(30)));
await time('funnel: medians of 30 days', () => medianTimes(db, funnelOf(30)));
await time('funnel: lost clients of 30 days', () => countLostClients(db, funnelOf(30)));
await time('funnel: the list of them', () =>
  listLostClients(db, { ...funnelOf(30), kind: 'unsubscribed' }, null, 50),
);
await time('funnel: deals of 30 days', () => listEntries(db, funnelOf(30), first, 50));
await time('funnel: deals of 30 days for a reason', () =>
  listEntries(db, { ...funnelOf(30), reason: 'no_report' }, first, 50),
);
await time('funnel: deals of 30 days for a reason that has none', () =>
  listEntries(db, { ...funnelOf(30), reason: 'held' }, first, 50),
);
await time('funnel: deals of 30 days of a stage that clicked (few)', () =>
  listEntries(db, { ...funnelOf(30), stageId: 107, step: 'clicked' }, first, 50),
);
await time('publish: deals in two stages', () =>
  countDealsInStages(db, 'acme', [
    { pipelineId: 1, stageId: 101 },
    { pipelineId: 1, stageId: 102 },
  ]),
);
await time('one event with its trace', () => eventTrace(db, NAMES, middle - (middle % 6)));
await time('a person', () => subjects(db, 'acme', 'person5@example.com'));

await database.close();
if (process.argv[4] === 'remove') rmSync(FOLDER, { recursive: true });
