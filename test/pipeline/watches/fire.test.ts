import { pino } from 'pino';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fireWatches } from '../../../src/pipeline/watches/fire.ts';
import { resumeWatches } from '../../../src/pipeline/watches/resume.ts';
import {
  pauseStoredConnection,
  resumeStoredConnection,
  saveStoredConnection,
} from '../../../src/store/connections/stored-connections.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { insertWatches } from '../../../src/store/watches.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { asLeased } from '../../support/leased.ts';

const NOW = 1_700_001_000_000;

describe.each(KINDS)('watches that run out (%s)', (kind) => {
  let database: Database;
  beforeEach(async () => {
    database = await openTestDatabase(kind);
  });
  afterEach(() => database.close());

  /** Running watches of these deals. @returns their ids. */
  async function running(...deals: number[]): Promise<number[]> {
    const watches = deals.map((deal_id) => ({
      connection: 'acme',
      start: 'deal_won',
      unless: 'email_opened',
      person: 'ann@example.com',
      deal_id,
      started_at: NOW - 1_000,
      fires_at: NOW,
    }));
    const started = await insertWatches(asLeased(database.db), watches, NOW - 1_000);
    return started.map(({ id }) => id);
  }

  const fire = (ids: number[], { signal } = new AbortController()) =>
    fireWatches(
      { database, now: () => NOW, log: pino({ level: 'silent' }) },
      ids.map((watchId) => ({ id: `job ${watchId}`, data: { watchId }, signal })),
    );

  const events = async () =>
    (await database.db.selectFrom('events').select(['kind', 'deal_id']).orderBy('deal_id').execute()).map(
      ({ kind, deal_id }) => `${kind} ${deal_id}`,
    );

  it('become events, each once', async () => {
    const ids = await running(1, 2);
    const results = await fire(ids);
    expect(results.map(({ status }) => status)).toEqual(['completed', 'completed']);
    await fire(ids);
    expect(await events()).toEqual(['inactivity 1', 'inactivity 2']);
  });

  it('are not held back by one that cannot be fired', async () => {
    const [first, last] = await running(1, 2);
    const results = await fire([first!, Number.NaN, last!]);
    expect(results.map(({ status }) => status)).toEqual(['completed', 'failed', 'completed']);
    expect(await events()).toEqual(['inactivity 1', 'inactivity 2']);
  });

  it('do not while their connection is paused, and become due again when it is resumed, each once', async () => {
    const { db } = database;
    const stored = { connection: 'acme', settings: '{}', secrets: '' };
    await saveStoredConnection(db, stored, NOW - 2_000);
    const ids = await running(1, 2);
    await pauseStoredConnection(db, 'acme', NOW - 500);
    await fire(ids);
    expect(await events()).toEqual([]);
    await resumeStoredConnection(db, 'acme', NOW);
    const jobs: unknown[] = [];
    const boss = { insert: async (_queue: string, added: unknown[]) => void jobs.push(...added) };
    const resume = () => resumeWatches({ db, boss: boss as never }, 'acme', NOW);
    await resume();
    await resume();
    const startAfter = new Date(NOW + 60_000);
    expect(jobs).toEqual(ids.map((watchId) => ({ data: { watchId }, startAfter })));
    await fire(ids);
    expect(await events()).toEqual(['inactivity 1', 'inactivity 2']);
  });

  it('are left to the next try where the queue has given the batch up', async () => {
    const ids = await running(1);
    const abort = new AbortController();
    abort.abort();
    expect(await fire(ids, abort)).toEqual([]);
    expect(await events()).toEqual([]);
  });
});
