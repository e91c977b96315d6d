import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWorld, type World } from '../../support/world.ts';

/** The story of Cleo, who unsubscribes, and of Ivo, whose address bounces, on the example configuration. */

let world: World;

beforeAll(async () => {
  world = await startWorld();
});
afterAll(() => world.close());

/** Moves the deal and waits for its next note. @returns its text */
async function noteAfter(dealId: number, stage: string): Promise<string> {
  const before = world.noteTexts(dealId).length;
  world.move(dealId, stage);
  await world.kommo.waitFor(() => world.noteTexts(dealId).length > before);
  await world.settled();
  return world.noteTexts(dealId).at(-1)!;
}

/** Waits until the report has set the status and given its task. */
async function taskOf(dealId: number): Promise<void> {
  await world.kommo.waitFor(() => world.taskTexts(dealId).length > 0);
  await world.settled();
}

async function plannedMoves(dealId: number) {
  const { db } = world.app.database;
  const moves = db.selectFrom('events').select(['client_state', 'warnings']).where('deal_id', '=', dealId);
  return moves.where('kind', '=', 'deal_moved').where('rule', 'is not', null).orderBy('id').execute();
}

describe('Cleo', () => {
  const CLEO = 'cleo@cove.example';
  let cleo: number;

  it('gets a campaign, and the note says so', async () => {
    cleo = world.deal({ name: 'Cleo Park', email: CLEO }).id;
    expect(await noteAfter(cleo, 'Closed - won')).toBe("Campaign 'deal_won' launched in Customer.io");
  });

  it('gets no email once she has unsubscribed: the event is sent, and the note claims no campaign', async () => {
    world.customerio.unsubscribe(world.customerio.mailbox(CLEO)[0]!.deliveryId);
    await taskOf(cleo);
    expect(await noteAfter(cleo, 'Onboarding')).toMatch(
      /^Customer\.io has the event onboarding_started, but Cleo gets no email: unsubscribed on \d+ \w{3}\.$/,
    );
    expect(world.customerio.events('onboarding_started')).toHaveLength(1);
    expect(world.customerio.mailbox(CLEO)).toHaveLength(1);
    expect(await plannedMoves(cleo)).toMatchObject([
      { client_state: 'mailable', warnings: [] },
      {
        client_state: 'unsubscribed',
        warnings: [expect.stringMatching(/^Cleo gets no email: unsubscribed/)],
      },
    ]);
  });
});

it('Ivo, whose address bounced, has such a note too', async () => {
  const ivo = world.deal({ name: 'Ivo Brand', email: 'ivo@iris.example' }).id;
  world.customerio.bounce('ivo@iris.example', '550 5.1.1 user unknown');
  await noteAfter(ivo, 'Closed - won');
  await taskOf(ivo);
  expect(await noteAfter(ivo, 'Onboarding')).toMatch(
    /but Ivo gets no email: the address bounced on \d+ \w{3}\.$/,
  );
});
