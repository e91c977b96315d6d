import { expect, it } from 'vitest';
import { readEvidence } from '../../src/store/health/evidence.ts';
import { startWorld } from '../support/world.ts';

it('is stored at the end, however long after it the next round of the judgement would have come', async () => {
  const world = await startWorld({ healthTimes: { judgeEveryMs: 3_600_000 } });
  try {
    world.move(world.deal().id, 'Closed - won');
    await expect.poll(() => world.customerio.events('deal_won')).toHaveLength(1);
    await world.settled();
    await world.restart();
    const evidence = await readEvidence(world.app.database.db, ['acme']);
    expect(evidence.map(({ name }) => name)).toEqual(expect.arrayContaining(['kommo_webhook', 'track_keys']));
  } finally {
    await world.close();
  }
});
