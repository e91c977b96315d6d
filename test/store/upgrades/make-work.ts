import { mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/*
 * Runs the real code of an earlier version in its own folder, leaves work in flight in its embedded database, and ends as
 * by kill -9: node make-work.ts FOLDER-OF-THE-OLD-CODE OUT. The README says what comes next.
 */

const [tree = '', out = ''] = process.argv.slice(2).map((path) => resolve(path));
const { startWorld } = (await import(
  join(tree, 'test/support/world.ts')
)) as typeof import('../../support/world.ts');

mkdirSync(join(out, 'data'), { recursive: true });
// The onboarding timer of five days runs out ten minutes after the fixture was made.
const world = await startWorld({
  store: { dataDir: join(out, 'data'), databaseUrl: undefined },
  config: (yaml) => yaml.replace('after: 5d', 'after: 10m'),
});
const { kommo, customerio } = world;
const newDeal = (name: string) => world.deal({ email: `${name}@example.com` }).id;
const deals = {
  /** Everything was done for it, and its client has opened the email. */
  done: newDeal('done'),
  /** Everything was done for it, and its timer runs. */
  watched: newDeal('watched'),
  /** Its event was on the way to Customer.io, and its note waited for that. */
  sending: newDeal('sending'),
  /** Its event was stored, while Kommo did not answer. */
  planning: newDeal('planning'),
  /** Its webhook was answered a moment before the end. */
  received: newDeal('received'),
};

async function until(what: string, isTrue: () => boolean | Promise<boolean>): Promise<void> {
  for (const end = Date.now() + 30_000; !(await isTrue()); ) {
    if (Date.now() > end) throw new Error(`waited in vain: ${what}`);
    await new Promise((resume) => setTimeout(resume, 5));
  }
}
const { db } = world.app.database;
const inState = async (deal: number, state: string) =>
  (await db.selectFrom('events').select(['deal_id', 'state']).execute()).some(
    (event) => event.deal_id === deal && event.state === state,
  );

for (const deal of [deals.done, deals.watched]) world.move(deal, 'Closed - won');
for (const deal of [deals.done, deals.watched])
  await until('the first notes', () => world.noteTexts(deal).length === 1);
customerio.open(customerio.mailbox('done@example.com')[0]!.deliveryId);
await until('the open', () => world.noteTexts(deals.done).length === 2);
await world.settled();

customerio.setLatency(3_600_000);
world.move(deals.sending, 'Closed - won');
await until('actions for Customer.io', async () =>
  (await db.selectFrom('actions').select('deal_id').execute()).some((row) => row.deal_id === deals.sending),
);
kommo.setLatency(3_600_000);
world.move(deals.planning, 'Closed - won');
await until('an event that waits for Kommo', () => inState(deals.planning, 'new'));

kommo.setLatency(0);
const read = async (path: string, key: string) => {
  const answer = await fetch(`${kommo.url}/api/v4/${path}`, {
    headers: { authorization: `Bearer ${kommo.token}` },
  });
  return ((await answer.json()) as { _embedded: Record<string, object[]> })._embedded[key]!;
};
const hook = kommo.hookDeliveries().find(({ body }) => body.includes(String(deals.planning)))!;
const address = kommo.hooks()[0]!.destination;
kommo.setLatency(3_600_000);
for (const { destination } of kommo.hooks()) kommo.removeHook(destination);
world.move(deals.received, 'Closed - won');
kommo.setLatency(0);
const account = {
  leads: await read('leads?with=contacts&limit=250', 'leads'),
  contacts: await read('contacts?limit=250', 'contacts'),
  events: await read('events?limit=100', 'events'),
};
kommo.setLatency(3_600_000);
writeFileSync(join(out, 'work.json'), `${JSON.stringify({ madeAt: Date.now(), deals, account })}\n`);
const body = hook.body.replaceAll(String(deals.planning), String(deals.received));
const answer = await fetch(address, {
  method: 'POST',
  body,
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
});
console.log('the last webhook was answered with', answer.status);
process.kill(process.pid, 'SIGKILL');
