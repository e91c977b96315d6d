import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type ConsoleClient, firstAdmin } from '../../support/console-client.ts';
import { eventually } from '../../support/eventually.ts';
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

/**
 * Both sides count in seconds: no two moves happen in the same one, so that each has a place in time among the reports. Their
 * clock catches up from behind, since a move in the future is taken for one of now.
 */
let behindMs = 100_000;

beforeAll(async () => {
  const now = () => Date.now() - behindMs;
  world = await startWorld({ appKey: true, kommo: { now }, customerio: { campaigns: CAMPAIGNS, now } });
  admin = await firstAdmin(world.app);
});
afterAll(() => world.close());

/** Moves the deal and waits for its next note. @returns its text */
async function noteAfter(dealId: number, stage: string): Promise<string> {
  const before = world.noteTexts(dealId).length;
  behindMs -= 1_000;
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

  it('finds that email on the page of the stage change', async () => {
    const [move] = await movesWithRule(cleo);
    const { body } = await admin.get(`/api/events/${move!.id}`);
    expect(body.emails).toMatchObject([
      {
        event: move!.id,
        subject: 'Thank you for choosing us',
        recipient: CLEO,
        steps: [{ text: 'sent' }, {}],
      },
    ]);
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
    expect((await answerOf('Cleo Park')).text).toMatch(/^Cleo did not get an email: unsubscribed/);
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
        /^Paul NoEmail has got no email yet: Contact Paul NoEmail has no email\. The event waits for a contact .*\. Paul NoEmail, Pro moved /,
      ),
    });
});

describe('the search', () => {
  const results = async (q: string) =>
    (await admin.get(`/api/search?q=${encodeURIComponent(q)}`)).body.results;

  beforeAll(async () => {
    await noteAfter(world.deal({ name: 'Nora Quinn', email: 'nora.q@quay.example' }).id, 'Closed - won');
    // Names are saved after the stage change is planned.
    for (const name of ['Nora Quinn, Pro', 'Cleo Park, Pro'])
      await eventually(async () => expect(await results(name)).not.toEqual([]));
  });

  it.each(['Nora Quinn', 'quinn nora', 'acme nora', 'Nora Quinn, Pro', 'nora.q', 'nora.q@quay'])(
    'finds a client who has moved by "%s", and says whether they can be emailed',
    async (q) => {
      expect(await results(q)).toMatchObject([
        {
          client: 'Nora Quinn',
          company: 'Acme Ltd',
          email: 'nora.q@quay.example',
          deal: { name: 'Nora Quinn, Pro', stage: 'Closed - won' },
          mail: { state: 'mailable', text: 'can be emailed' },
        },
      ]);
    },
  );

  it('finds a deal by its number and by its address in Kommo, and leads to its page', async () => {
    const [{ deal }] = await results('cleo');
    for (const q of [`${deal.id}`, `#${deal.id}`, `https://acme.kommo.com/leads/detail/${deal.id}`])
      expect(await results(q)).toMatchObject([
        {
          q: `${deal.id}`,
          client: 'Cleo Park',
          mail: { text: expect.stringMatching(/^can’t be emailed: unsub/) },
        },
      ]);
  });

  it('finds nothing where nobody has such a name', async () => {
    expect(await results('zzz nobody')).toEqual([]);
  });
});

describe('the page of a client', () => {
  it('has the client’s name, the deals with their stages, and what Kommo shows, with whether it is true', async () => {
    const page = await subject('cleo@cove.example');
    expect(page).toMatchObject({
      name: 'Cleo Park',
      people: [{ name: 'Cleo Park' }],
      deals: [
        {
          name: 'Cleo Park, Pro',
          company: 'Acme Ltd',
          stage: { pipeline: 'Sales' },
          shows: [{ field: 'email_status', value: 'unsubscribed', isTrue: true, isWritten: true }],
        },
      ],
    });
    const [latest] = page.timeline.filter((row: { rule: string | null }) => row.rule !== null);
    expect(latest).toMatchObject({ deal: 'Cleo Park, Pro', client: 'Cleo Park' });
  });

  it('says under a stage change without an email why there is none', async () => {
    const { timeline, withoutEmail } = await subject('cleo@cove.example');
    const onboarding = timeline.find((row: { title: string }) => row.title.includes('"Onboarding"'));
    expect(withoutEmail).toContainEqual({
      event: onboarding.id,
      text: 'No email: the client had unsubscribed',
    });
  });

  it('is found by a name that one client has, and asks for a choice where several have it', async () => {
    const { name, deals } = await subject('Cleo Park');
    expect(name).toBe('Cleo Park');
    expect(await world.trace('cleo park')).toEqual(await world.trace(deals[0].id));
    expect((await answerOf('acme')).text).toMatch(
      /^\d+ clients or deals match "acme"\. Choose one of them\.$/,
    );
    expect((await answerOf('Nobody At All')).text).toMatch(/^No client or deal matches "Nobody At All"\./);
  });
});
