import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleClient, firstAdmin } from '../../support/console-client.ts';
import { startWorld, type World } from '../../support/world.ts';

/**
 * The stories of Cleo, who unsubscribes, of Ivo, whose address bounces, and of others who get no email, on the example
 * configuration: what the deal shows, and what the pages answer.
 */

let world: World;
let admin: ConsoleClient;

/** Of the example's events, two have a campaign. */
const CAMPAIGNS = [
  { event: 'deal_won', name: 'Deal won', subject: 'Thank you for choosing us' },
  { event: 'onboarding_started', name: 'Onboarding', subject: 'Welcome aboard' },
];

beforeAll(async () => {
  world = await startWorld({ appKey: true, customerio: { campaigns: CAMPAIGNS } });
  admin = await firstAdmin(world.app);
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

async function movesWithRule(dealId: number) {
  const { db } = world.app.database;
  const moves = db
    .selectFrom('events')
    .select(['id', 'client_state', 'warnings'])
    .where('deal_id', '=', dealId);
  return moves.where('kind', '=', 'deal_moved').where('rule', 'is not', null).orderBy('id').execute();
}

async function subject(q: string | number) {
  const { body } = await admin.get(`/api/subjects?q=${encodeURIComponent(q)}`);
  return body.subjects[0];
}

/** "In short" on the page of a deal or a client. */
async function answerOf(q: string | number): Promise<{ text: string; tone: string; event: number }> {
  return (await subject(q)).answer;
}

describe('Cleo', () => {
  const CLEO = 'cleo@cove.example';
  let cleo: number;

  it('gets a campaign, and the note and her page say so', async () => {
    cleo = world.deal({ name: 'Cleo Park', email: CLEO }).id;
    expect(await noteAfter(cleo, 'Closed - won')).toBe("Campaign 'deal_won' launched in Customer.io");
    await expect
      .poll(() => answerOf(CLEO), { timeout: 10_000 })
      .toMatchObject({
        tone: 'good',
        text: expect.stringMatching(
          /^Cleo got the email "Thank you for choosing us" .*\. It has not been opened yet\./,
        ),
      });
  });

  it('gets no email once she has unsubscribed: the event is sent, and the note claims no campaign', async () => {
    world.customerio.unsubscribe(world.customerio.mailbox(CLEO)[0]!.deliveryId);
    await taskOf(cleo);
    expect(await noteAfter(cleo, 'Onboarding')).toMatch(
      /^Customer\.io has the event onboarding_started, but Cleo gets no email: unsubscribed on \d+ \w{3}\.$/,
    );
    expect(world.customerio.events('onboarding_started')).toHaveLength(1);
    expect(world.customerio.mailbox(CLEO)).toHaveLength(1);
    expect(await movesWithRule(cleo)).toMatchObject([
      { client_state: 'mailable', warnings: [] },
      { client_state: 'unsubscribed', warnings: [expect.stringMatching(/^Cleo gets no email: /)] },
    ]);
  });

  it('is answered for by her state, on her page, her deal’s and the event’s', async () => {
    const answer = await answerOf(CLEO);
    expect(answer.text).toMatch(
      /^Cleo did not get an email: unsubscribed .*, so Customer\.io sends nothing\. The event onboarding_started was accepted/,
    );
    expect(answer.tone).toBe('warning');
    expect((await answerOf(cleo)).event).toBe(answer.event);
    const { body: event } = await admin.get(`/api/events/${answer.event}`);
    expect(event).toMatchObject({ clientState: 'unsubscribed', answer: { tone: 'warning' } });
    expect((await subject(CLEO)).people[0].mail).toMatchObject({ state: 'unsubscribed' });
  });

  it('got the email of the event before, and the page of that event still says so', async () => {
    const [won] = await movesWithRule(cleo);
    const { body: event } = await admin.get(`/api/events/${won!.id}`);
    expect(event.answer.text).toMatch(/^Cleo got the email "Thank you for choosing us"/);
  });

  it('is not said to be unknown where her name is searched', async () => {
    expect((await answerOf('Cleo Park')).text).toMatch(
      /^"Cleo Park" is neither a deal's number nor an email/,
    );
  });
});

it('Ivo, whose address bounced, has such a note and such an answer', async () => {
  const ivo = world.deal({ name: 'Ivo Brand', email: 'ivo@iris.example' }).id;
  world.customerio.bounce('ivo@iris.example', '550 5.1.1 user unknown');
  await noteAfter(ivo, 'Closed - won');
  await taskOf(ivo);
  expect((await answerOf(ivo)).text).toMatch(/^Ivo did not get an email: the address bounced/);
  expect(await noteAfter(ivo, 'Onboarding')).toMatch(
    /but Ivo gets no email: the address bounced on \d+ \w{3}\.$/,
  );
  expect(await answerOf(ivo)).toMatchObject({ tone: 'warning' });
});

it('Ann, for whose event no campaign runs, is answered for by that', async () => {
  const ann = world.deal({ name: 'Ann Lee', email: 'ann@acme.example' }).id;
  await noteAfter(ann, 'Demo scheduled');
  expect(await answerOf(ann)).toMatchObject({
    tone: 'warning',
    text: expect.stringMatching(
      /^Ann did not get an email: no running campaign in Customer\.io starts with the event demo_scheduled\./,
    ),
  });
});

it('Paul, who has no address, is answered for by that', async () => {
  const paul = world.deal({ name: 'Paul NoEmail', email: null }).id;
  world.move(paul, 'Closed - won');
  await expect
    .poll(() => answerOf(paul), { timeout: 10_000 })
    .toMatchObject({
      tone: 'warning',
      text: expect.stringMatching(
        /^The client did not get an email: Contact Paul NoEmail has no email\. Deal /,
      ),
    });
});
