import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { extractRules } from '../src/config/index.ts';
import { type ConsoleClient, firstAdmin } from './support/console-client.ts';
import { startWorld, type World } from './support/world.ts';

/*
 * Rules that the console keeps: what is published runs from the next move on, every version stays, and nobody
 * overwrites what somebody else has published.
 */

let world: World;
let admin: ConsoleClient;
let example: string;

/** The example's connection, with its rules in the console. */
function inConsole(yaml: string): string {
  example = extractRules(yaml, 'acme')!;
  return `${yaml.slice(0, yaml.indexOf('    # Kommo -> Customer.io: who'))}    rules: console\n`;
}

beforeAll(async () => {
  world = await startWorld({ config: inConsole });
  admin = await firstAdmin(world.app);
});
afterAll(() => world?.close());

const publish = (draft: object, basedOn: number, more = {}) =>
  admin.ask('POST', '/api/rules/publish', { connection: 'acme', draft, basedOn, ...more });

/** Moves a deal of a new person. @returns the move's trace, when all is done */
async function moveTo(stage: string) {
  const { id } = world.deal();
  world.move(id, stage);
  const row = await vi.waitFor(async () => {
    const { body } = await admin.get(`/api/activity?deal=${id}&kind=deal_moved`);
    const found = body.rows.find(({ title }: { title: string }) => title.endsWith(`to "${stage}" (Sales)`));
    expect(found).toBeDefined();
    return found;
  });
  await world.settled();
  return (await admin.get(`/api/events/${row.id}`)).body;
}

it('before anything is published, a move says that there is no rule', async () => {
  expect((await admin.get('/api/rules?connection=acme')).body).toMatchObject({ editable: true, version: 0 });
  expect(await moveTo('Closed - won')).toMatchObject({
    reason: 'No rule for the stage Closed - won of the pipeline Sales.',
    rulesVersion: null,
  });
});

it('what is published runs from the next move on, and the trace tells the version', async () => {
  expect(await publish({ text: example }, 0, { note: 'As before' })).toMatchObject({
    status: 200,
    body: { version: 1, isRunning: true },
  });
  expect(await moveTo('Closed - won')).toMatchObject({
    rulesVersion: 1,
    rule: 'Sales / Closed - won → deal_won',
  });
  const { tree } = (await admin.get('/api/rules/source?connection=acme')).body;
  tree.stages.at(-1).event = 'deal_won_b2b';
  tree.inactivity[0].start = 'deal_won_b2b';
  const second = await publish({ tree }, 1);
  expect(second.body.changes).toContain(
    'Sales / Closed - won: the event is now "deal_won_b2b" (was "deal_won").',
  );
  expect(await moveTo('Closed - won')).toMatchObject({
    rulesVersion: 2,
    rule: 'Sales / Closed - won → deal_won_b2b',
  });
});
