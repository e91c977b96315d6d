import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allItems } from '../../src/health/health.ts';
import { firstAdmin } from '../support/console-client.ts';
import { startWorld, type World } from '../support/world.ts';

/** Everything is read many times a second, so that a fault shows at once. */
const FAST = {
  judgeEveryMs: 50,
  firstProbeMs: 0,
  probes: {
    everyMs: { hooks: 100, catalog: 200, moves: 200, region: 100, reporting: 100 },
    retryMs: 50,
    deferMs: 0,
  },
};

let world: World;

const health = async () => {
  const client = await admin;
  return (await client.ask('GET', '/api/health')).body;
};
let admin: ReturnType<typeof firstAdmin>;

async function codes(): Promise<string[]> {
  return allItems(await health()).map(({ code, light }) => `${code} ${light}`);
}

const until = (look: () => Promise<unknown>) => expect.poll(look).toBeTruthy();

describe('a connection that was just set up', () => {
  beforeAll(async () => {
    world = await startWorld({ database: 'postgres', appKey: true, healthTimes: FAST });
    admin = firstAdmin(world.app);
  });
  afterAll(() => world?.close());

  it('is not proven before a webhook and a report have arrived, and then is', async () => {
    await expect.poll(codes).toEqual(['kommo_webhook_unproven unknown', 'signing_key_unproven unknown']);
    const deal = world.deal({ email: 'ann@example.com' });
    world.move(deal.id, 'Closed - won');
    const [message] = await world.customerio.waitFor(() => {
      const messages = world.customerio.mailbox('ann@example.com');
      return messages.length > 0 && messages;
    });
    await expect.poll(codes).toEqual(['signing_key_unproven unknown']);
    world.customerio.open(message!.deliveryId);
    await until(async () => (await health()).light === 'ok');
  });
});
