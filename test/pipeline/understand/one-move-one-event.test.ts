import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/domain/errors.ts';
import type { DealMove } from '../../../src/kommo/index.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { resolveIncompleteMoves } from '../../../src/pipeline/understand/resolve-incomplete-moves.ts';
import { understand } from '../../../src/pipeline/understand/understand.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { storeRequests } from '../../../src/store/inbox.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { rules } from '../../support/entities.ts';
import { takeLease } from '../../support/leases.ts';

const PIPELINE = 9621010;
const DEAL = 5;
const NOW = 1_748_270_000_000;

interface Move {
  from: number;
  to: number;
  /** Unix seconds. */
  at: number;
}

type Source = 'status' | 'update' | 'digital_pipeline';

/** What Kommo posts about a move, from each of its sources. */
function body(move: Move, source: Source): string {
  const form = new URLSearchParams();
  const item = (key: string, value: number) =>
    form.append(`leads[${source === 'update' ? 'update' : 'status'}][0][${key}]`, String(value));
  item('id', DEAL);
  item('status_id', move.to);
  item('pipeline_id', PIPELINE);
  item('old_status_id', move.from);
  if (source === 'digital_pipeline') item('old_pipeline_id', PIPELINE);
  else item('last_modified', move.at);
  form.append('account[id]', '1');
  return form.toString();
}

/** Only what the flow asks of Kommo here: the events log, which knows every move. */
async function connectionWith(database: Database, name: string, moves: Move[]): Promise<Connection> {
  const log: DealMove[] = moves.map((move, index) => ({
    id: `01event${index}`,
    dealId: DEAL,
    from: { pipelineId: PIPELINE, stageId: move.from },
    to: { pipelineId: PIPELINE, stageId: move.to },
    at: move.at,
  }));
  return connect(database, name, { dealMoves: async () => log });
}

async function connect(database: Database, name: string, kommo: object): Promise<Connection> {
  await takeLease(database.db, name, 'test');
  const stages = [1, 2, 3, 142].map((stageId) => ({ ...rules().stages[0]!, pipelineId: PIPELINE, stageId }));
  const catalog = { pipelines: [] };
  return { name, owner: 'test', kommo, catalog, rules: rules({ stages }) } as unknown as Connection;
}

let runs = 0;

async function eventsAfter(database: Database, moves: Move[], reports: { move: Move; source: Source }[]) {
  const name = `c${runs++}`;
  const connection = await connectionWith(database, name, moves);
  for (const { move, source } of reports) {
    await storeRequests(database.db, [
      {
        connection: name,
        source: 'kommo',
        receivedAt: NOW,
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body: Buffer.from(body(move, source)),
      },
    ]);
    await understand(database.db, connection, NOW);
    await resolveIncompleteMoves(database.db, connection, NOW);
  }
  const rows = await database.db
    .selectFrom('events')
    .select('payload')
    .where('connection', '=', name)
    .execute();
  return rows
    .map(({ payload }) => payload)
    .filter((event) => event.kind === 'deal_moved')
    .map((event) => ({ from: event.from?.stageId, to: event.to.stageId, at: event.occurredAt }))
    .sort((a, b) => a.at - b.at);
}

/** A deal's way through three stages, each move at a second of its own. */
const way = fc
  .array(fc.record({ to: fc.constantFrom(1, 2, 142), pause: fc.integer({ min: 1, max: 600 }) }), {
    minLength: 1,
    maxLength: 6,
  })
  .map((steps) => {
    const moves: Move[] = [];
    let from = 3;
    let at = NOW / 1000 - 3_600;
    for (const { to, pause } of steps) {
      at += pause;
      if (to === from) continue;
      moves.push({ from, to, at });
      from = to;
    }
    return moves;
  });

const reported = way.chain((moves) =>
  fc
    .tuple(
      ...moves.map((move) =>
        fc
          .array(fc.constantFrom<Source>('status', 'update', 'digital_pipeline'), {
            minLength: 1,
            maxLength: 4,
          })
          .map((sources) => sources.map((source) => ({ move, source }))),
      ),
    )
    .chain((lists) => {
      const all = lists.flat();
      return fc.tuple(
        fc.constant(moves),
        fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length }),
      );
    }),
);

describe.each(KINDS)('one move is one event (%s)', (kind) => {
  let database: Database;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());

  it('through any mix of status, update, Digital Pipeline and repeated hooks, in any order', async () => {
    await fc.assert(
      fc.asyncProperty(reported, async ([moves, reports]) => {
        expect(await eventsAfter(database, moves, reports)).toEqual(moves);
      }),
      { numRuns: 30 },
    );
  });

  it('of a deal that goes back and forth within seconds: each move keeps its own time', async () => {
    const start = NOW / 1000 - 3_600;
    const stages = [3, 1, 2, 1, 2];
    const moves = stages.slice(1).map((to, n) => ({ from: stages[n]!, to, at: start + n }));
    const last = moves.at(-1)!;
    const reports = [
      { move: last, source: 'status' as const },
      { move: last, source: 'digital_pipeline' as const },
      ...moves.map((move) => ({ move, source: 'update' as const })),
    ];
    expect(await eventsAfter(database, moves, reports)).toEqual(moves);
  });

  it('takes a Digital Pipeline hook for a move of its moment where the events log may not be read', async () => {
    const name = `c${runs++}`;
    const refused = new DeliveryError('unauthorized', 'Kommo: no right to read events.', { status: 403 });
    const kommo = { dealMoves: () => Promise.reject(refused) };
    const connection = await connect(database, name, kommo);
    const hook = { connection: name, source: 'kommo', receivedAt: NOW, headers: {} } as const;
    const move = { from: 1, to: 142, at: 0 };
    for (const repeated of [1, 2]) {
      void repeated;
      await storeRequests(database.db, [{ ...hook, body: Buffer.from(body(move, 'digital_pipeline')) }]);
    }
    await understand(database.db, connection, NOW);
    for (let tries = 0; tries < 7; tries++)
      await resolveIncompleteMoves(database.db, connection, NOW + tries * 60_000);
    const rows = await database.db
      .selectFrom('events')
      .select('payload')
      .where('connection', '=', name)
      .execute();
    expect(rows.map(({ payload }) => payload)).toMatchObject([
      { kind: 'deal_moved', occurredAt: NOW / 1000 },
    ]);
  });

  it('counts A, B, A, B as four', async () => {
    const moves = [1, 2, 1, 2].map((to, index, all) => ({
      from: all[index - 1] ?? 3,
      to,
      at: 1_748_269_000 + index,
    }));
    const reports = moves.flatMap((move) =>
      (['update', 'status', 'digital_pipeline'] as const).map((source) => ({ move, source })),
    );
    expect(await eventsAfter(database, moves, reports)).toHaveLength(4);
  });
});
