import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDatabase } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { removeStore, type Store, storeOf } from '../../support/databases.ts';
import { SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

const WORKER = fileURLToPath(new URL('../../support/crashing-worker.ts', import.meta.url));

/** Before the decision, a deal is copied and compared: then several events are under way, and it takes one more end to find it. */
const DEADLY = [
  ['embedded', 'price', 3],
  ['postgres', 'fields', 4],
] as const;

describe.concurrent.each(DEADLY)(
  'an event that kills the process (%s, by the %s of its deal)',
  (kind, property, ends) => {
    let store: Store;

    beforeAll(async () => {
      store = await storeOf(kind);
      await withDatabase(async (db) => {
        await takeLease(db, 'acme', 'test');
        await addEvents(asLeased(db), [6, 5, 7].map(move), Date.now());
      });
    });
    afterAll(() => removeStore(store));

    async function withDatabase<T>(work: (db: Parameters<typeof takeLease>[0]) => Promise<T>): Promise<T> {
      const database = await openDatabase({ ...store, onError: () => {} });
      try {
        return await work(database.db);
      } finally {
        await database.close();
      }
    }

    /** Runs the process to its end. @returns how it ended, and how planning was shown after its start */
    async function run(afterCrash: boolean): Promise<{ end: string | number; planning: string }> {
      const args = [WORKER, JSON.stringify(store), String(afterCrash), property];
      const child = spawn(process.execPath, args, {
        stdio: ['ignore', 'pipe', 'inherit'],
        env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'crashing-worker') },
      });
      const [output, [code, signal]] = await Promise.all([text(child.stdout), once(child, 'exit')]);
      return { end: signal ?? code, planning: JSON.parse(output).state };
    }

    const events = () =>
      withDatabase((db) =>
        db
          .selectFrom('events')
          .select(['state', 'planning_crashes', 'set_aside', 'reason'])
          .orderBy('id')
          .execute(),
      );

    it('is put aside in the end, and costs the others nothing', async () => {
      const runs = [];
      for (let count = 0; count <= ends; count++) runs.push(await run(count > 0));
      expect(runs.slice(0, 2)).toEqual(Array(2).fill({ end: 'SIGKILL', planning: 'open' }));
      expect(runs.slice(2, -1)).toEqual(Array(ends - 2).fill({ end: 'SIGKILL', planning: 'waiting' }));
      expect(runs.at(-1)).toEqual({ end: 0, planning: 'waiting' });
      expect(await events()).toEqual([
        { state: 'planned', planning_crashes: 1, set_aside: null, reason: null },
        {
          ...{ state: 'ignored', planning_crashes: 3, set_aside: 'planning_crashed' },
          reason: expect.stringContaining('Stagepost has ended 3 times while it planned this event'),
        },
        { state: 'planned', planning_crashes: 1, set_aside: null, reason: null },
      ]);
    });
  },
);

function move(dealId: number, index: number) {
  return {
    ...{ connection: 'acme', key: `move:${dealId}`, name: null, person: null, inboxIds: [] },
    event: {
      ...{ kind: 'deal_moved' as const, dealId, from: null, to: { pipelineId: SALES.id, stageId: 142 } },
      occurredAt: Math.floor(Date.now() / 1000) - 100 + index,
    },
  };
}
