import { afterAll, beforeAll, expect, it } from 'vitest';
import { secret } from '../../src/lib/secret.ts';
import { alertFacts } from '../../src/store/alerts/facts.ts';
import { AlertsRig, receiver } from '../support/alerts-rig.ts';
import { eventually } from '../support/eventually.ts';
import { type HttpSink, startHttpSink } from '../support/http-sink.ts';
import { startWorld, type World } from '../support/world.ts';

let world: World;
let sink: HttpSink;
beforeAll(async () => {
  // Without the field email_status no opt-out can be written to the deal.
  [world, sink] = await Promise.all([startWorld({ kommo: { emailStatusField: 'none' } }), startHttpSink()]);
});
afterAll(async () => {
  await world.close();
  await sink.close();
});

const LIMITS = { deadLetters: 2, backlog: 10_000 };
const factsNow = async () => (await alertFacts(world.app.database.db, ['acme'], LIMITS, Date.now()))[0]!;

it('tells of opt-outs that could not be written, of dead letters, and of webhooks that never came', async () => {
  const deal = world.deal({ email: 'ann@example.com' });
  world.move(deal.id, 'Closed - won');
  const mail = await world.customerio.waitFor(() => world.customerio.mailbox('ann@example.com')[0]);
  world.customerio.unsubscribe(mail.deliveryId);
  await eventually(async () => expect((await factsNow()).optOuts).toBe(1));
  await world.restart(async () => world.move(world.deal({ email: 'ben@example.com' }).id, 'Closed - won'));
  await eventually(async () => expect((await factsNow()).repaired).toBeGreaterThan(0));

  const slack = receiver('team', { kind: 'slack' as const, url: secret(sink.url) });
  const rig = new AlertsRig(world.app.database, [slack], { limits: LIMITS });
  rig.now = Date.now();
  await rig.pass(60);
  const texts = sink.requests.map(({ body }) => JSON.parse(body).text as string);
  expect(texts.length).toBe(1);
  expect(texts[0]).toContain(
    `1 change that a client unsubscribed, bounced or complained could not be written to Kommo (deal ${deal.id}).`,
  );
  expect(texts[0]).toContain('1 action has failed for good: 50 % of the limit of 2.');
  expect(texts[0]).toMatch(/The webhooks of \d stage changes? of the last hour never came\./);
});
