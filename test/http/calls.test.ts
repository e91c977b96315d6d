import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Calls } from '../../src/http/api/contract.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { countAll } from '../support/count-all.ts';
import { KINDS } from '../support/databases.ts';
import { startWorld, type World } from '../support/world.ts';

describe.each(KINDS)('whom to call (%s)', (database) => {
  let world: World;
  let client: ConsoleClient;
  beforeAll(async () => {
    // Named events: otherwise an email belongs to the last stage change of its second.
    world = await startWorld({ database, customerio: { switches: { triggerEventIds: 'event_id' } } });
    client = await firstAdmin(world.app);
  });
  afterAll(() => world?.close());

  async function calls(): Promise<Calls> {
    await countAll(world.app.database);
    return (await client.get('/api/calls')).body;
  }

  async function emailed(name: string) {
    const deal = world.deal({ name, email: `${name.toLowerCase()}@example.com` });
    world.move(deal.id, 'Demo scheduled');
    const { deliveryId } = await world.customerio.waitFor(
      () => world.customerio.mailbox(`${name.toLowerCase()}@example.com`)[0],
    );
    await world.settled();
    return { id: deal.id, deliveryId };
  }

  it('are those with a task, and those who clicked and whose deal has not moved since', async () => {
    expect(await calls()).toEqual({ calls: [], more: false });
    const ann = await emailed('Ann');
    const ben = await emailed('Ben');
    world.customerio.click(ann.deliveryId);
    world.customerio.unsubscribe(ben.deliveryId);
    await world.kommo.waitFor(() => world.taskTexts(ben.id).length > 0);
    await world.settled();
    await expect
      .poll(async () => (await calls()).calls.map(({ dealId }) => dealId))
      .toEqual([ben.id, ann.id]);
    const [ofBen, ofAnn] = (await calls()).calls;
    expect(ofBen).toMatchObject({ client: 'Ben', person: 'ben@example.com', click: null });
    expect(ofBen!.tasks).toMatchObject([{ text: world.taskTexts(ben.id)[0] }]);
    expect(ofBen!.tasks[0]!.dueAt).toBeGreaterThan(Date.now());
    expect(ofAnn).toMatchObject({ client: 'Ann', deal: 'Ann, Pro', tasks: [], connection: 'acme' });
    expect(ofAnn!.link).toContain(`/leads/detail/${ann.id}`);
    expect(ofAnn!.click!.at).toBeGreaterThan(Date.now() - 3_600_000);

    world.move(ann.id, 'Demo completed');
    await world.settled();
    await expect.poll(async () => (await calls()).calls.map(({ dealId }) => dealId)).toEqual([ben.id]);
  });
});
