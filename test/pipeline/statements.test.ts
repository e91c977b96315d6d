import { afterEach, describe, expect, it } from 'vitest';
import { storeRequests } from '../../src/store/inbox.ts';
import { KINDS } from '../support/databases.ts';
import { SALES } from '../support/entities.ts';
import { createWorkerRig, NOW, type WorkerRig } from '../support/worker-rig.ts';

/** Those of docs/performance.md, without the names of deals, which are saved for many deals together. */
const MOST_STATEMENTS = 21;

let rig: WorkerRig;
afterEach(() => rig[Symbol.asyncDispose]());

describe.each(KINDS)('a lone stage change (%s)', (kind) => {
  it('takes no more statements, from the webhook to the stored outcome of the note, than are documented', async () => {
    rig = await createWorkerRig({}, kind);
    await rig.worker.start(0);
    await moves(1);
    const before = rig.statements();
    await moves(2);
    expect(rig.statements() - before).toBeLessThanOrEqual(MOST_STATEMENTS);
  });

  /** Resolves when nothing is under way any more. */
  async function moves(dealId: number): Promise<void> {
    const stages = { status_id: 142, pipeline_id: SALES.id, old_status_id: SALES.stages[0]!.id };
    const fields = { id: dealId, ...stages, last_modified: NOW / 1000 };
    const body = Object.entries(fields).map(([field, value]) => `leads[status][0][${field}]=${value}`);
    const request = { connection: 'acme', source: 'kommo' as const, receivedAt: NOW, headers: {} };
    await storeRequests(rig.database.db, [{ ...request, body: Buffer.from(body.join('&')) }]);
    rig.worker.wake();
    await expect.poll(() => noteStates(dealId)).toEqual(['done']);
    await expect.poll(() => rig.worker.isIdle).toBe(true);
  }

  async function noteStates(dealId: number): Promise<string[]> {
    const actions = rig.db.selectFrom('actions').select('state').where('kind', '=', 'note');
    const notes = await actions.where('deal_id', '=', dealId).execute();
    return notes.map(({ state }) => state);
  }
});
