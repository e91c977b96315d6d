import { afterAll, beforeAll, expect, it } from 'vitest';
import { extractRules } from '../../src/config/index.ts';
import { type ConsoleClient, firstAdmin } from '../support/console-client.ts';
import { startWorld, type World } from '../support/world.ts';

/* Test cases from a real stage change to the publication that they hold up. One story. */

let world: World;
let admin: ConsoleClient;
let example: string;
let id: number;

beforeAll(async () => {
  world = await startWorld({
    config: (yaml) => {
      example = extractRules(yaml, 'acme')!;
      return `${yaml.slice(0, yaml.indexOf('    # Kommo -> Customer.io: who'))}    rules: console\n`;
    },
  });
  admin = await firstAdmin(world.app);
  await publish(example, 0);
});
afterAll(() => world?.close());

const publish = (text: string, basedOn: number, more = {}) =>
  admin.ask('POST', '/api/rules/publish', { connection: 'acme', draft: { text }, basedOn, ...more });
const judge = async (text: string) =>
  (await admin.ask('POST', '/api/rules/cases/judge', { connection: 'acme', draft: { text } })).body.cases;
const other = () =>
  example
    .replace('event: deal_won', 'event: deal_closed')
    .replaceAll('start: deal_won', 'start: deal_closed');

it('a past event is saved with what the live rules do', async () => {
  const deal = world.deal({ email: 'ann@cases.example' });
  world.move(deal.id, 'Closed - won');
  await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
  await world.settled();
  const { body } = await admin.get(`/api/activity?deal=${deal.id}&kind=deal_moved`);
  const event = body.rows.find(({ title }: { title: string }) => title.includes('Closed - won'));
  const on = { kind: 'event', id: event.id };
  const saved = await admin.ask('POST', '/api/rules/cases', { connection: 'acme', name: 'Won', on });
  expect(saved.status).toBe(200);
  id = saved.body.id;
  const { cases } = (await admin.get('/api/rules/cases?connection=acme')).body;
  expect(cases).toMatchObject([{ id, name: 'Won', dealId: deal.id, savedBy: 'Ann' }]);
  expect(await judge(example)).toMatchObject([{ id, result: 'same' }]);
});

it('a draft with another outcome differs, also after the deal has changed in Kommo', async () => {
  const [judged] = await judge(other());
  expect(judged).toMatchObject({ result: 'different', name: 'Won' });
  const events = ({ effects }: { effects: { kind: string; name: string }[] }) =>
    effects.filter(({ kind }) => kind === 'event').map(({ name }) => name);
  expect([events(judged.expected), events(judged.actual)]).toEqual([['deal_won'], ['deal_closed']]);
});

it('it is published only with a tick and a reason, which the audit log keeps', async () => {
  expect(await publish(other(), 1)).toMatchObject({
    status: 409,
    body: { error: expect.stringContaining('“Won”') },
  });
  expect(await publish(other(), 1, { acceptDifferentCases: true })).toMatchObject({ status: 400 });
  const note = 'The campaign has a new trigger';
  expect(await publish(other(), 1, { acceptDifferentCases: true, note })).toMatchObject({ status: 200 });
  const { entries } = (await admin.get('/api/audit')).body;
  expect(entries[0].detail).toContain('1 of 1 test cases do not come out as expected: “Won”');
  expect(entries[0].detail).toContain(note);
});

it('the new outcome is expected from then on, and the case is renamed and deleted', async () => {
  const path = `/api/rules/cases/${id}`;
  const change = (part: object) => admin.ask('PATCH', path, { connection: 'acme', ...part });
  expect(await change({ expect: { text: other() } })).toMatchObject({ status: 200 });
  expect(await judge(other())).toMatchObject([{ result: 'same' }]);
  expect(await change({ name: 'Closed' })).toMatchObject({ status: 200 });
  expect(await judge(example)).toMatchObject([{ name: 'Closed', result: 'different' }]);
  expect(await admin.ask('DELETE', `${path}?connection=acme`)).toMatchObject({ status: 200 });
  expect(await change({ name: 'Gone' })).toMatchObject({ status: 404 });
});
