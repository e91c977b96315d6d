import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { trace } from '../../src/store/events/trace.ts';
import { KINDS } from '../support/databases.ts';
import { startWorld, type World, type WorldOptions } from '../support/world.ts';

/** Tests that share a world have deals and people of their own. */
let world: World;

async function start(options: WorldOptions = {}): Promise<void> {
  world = await startWorld({ customerio: { fullResolution: true }, ...options });
}

/** Starts the world of a group of tests before them, and closes it after them. */
function useWorld(options: WorldOptions = {}): void {
  beforeAll(() => start(options));
  afterAll(() => world?.close());
}

/** Ends when every webhook and report has come, and all that they lead to is delivered. */
async function allDone(): Promise<void> {
  await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
  await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
  await world.settled();
}

/** What Stagepost asked of Customer.io about a person. */
const requestsFor = (email: string) =>
  world.customerio.requests.filter(({ path }) => path.includes(encodeURIComponent(email)));

/** The deal is won, and the campaign's email has arrived. */
async function wonDeal(email: string) {
  const deal = world.deal({ email });
  world.move(deal.id, 'Closed - won');
  const message = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
  await world.settled();
  return { ...deal, deliveryId: message.deliveryId };
}

describe.each(KINDS)('between Kommo and Customer.io (%s)', (database) => {
  useWorld({ database });

  it('identifies the client with mapped attributes, sends the event, and says so on the deal', async () => {
    const deal = world.deal({ email: ' A+b/C@X.com', name: 'Ann Lee', price: 1200, plan: 'Pro' });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() =>
      world.noteTexts(deal.id).includes("Campaign 'deal_won' launched in Customer.io"),
    );

    const person = world.customerio.person('a+b/c@x.com')!;
    expect(person.attributes).toMatchObject({
      first_name: 'Ann',
      name: 'Ann Lee',
      phone: '+34600000000',
      company: 'Acme Ltd',
      plan: 'Pro',
      deal_amount: 1200,
      kommo_deal_id: deal.id,
    });
    expect(typeof person.attributes.account_manager).toBe('string');
    expect(person.events).toMatchObject([
      { name: 'deal_won', data: { plan: 'Pro', deal_id: deal.id, amount: 1200 } },
    ]);
    const paths = requestsFor('a+b/c@x.com').map(({ method, path }) => `${method} ${path}`);
    expect(paths.slice(-2)).toEqual([
      'PUT /api/v1/customers/a%2Bb%2Fc%40x.com',
      'POST /api/v1/customers/a%2Bb%2Fc%40x.com/events',
    ]);
  });

  it('sends one event for one move, though Kommo reports it twice', async () => {
    await allDone();
    const before = world.kommo.hookDeliveries().length;
    const deal = world.deal({ email: 'twice@example.com' });
    world.move(deal.id, 'Demo scheduled');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    await allDone();
    const deliveries = world.kommo.hookDeliveries().slice(before);
    const moves = deliveries.flatMap((delivery) => delivery.keys);
    expect(moves).toEqual(expect.arrayContaining(['leads[status]', 'leads[update]']));
    expect(world.customerio.events('demo_scheduled')).toHaveLength(1);
    expect(world.noteTexts(deal.id)).toHaveLength(1);
  });

  it('updates the attributes, without an event, when a mapped field changes, and sends nothing when none does', async () => {
    const email = 'changed@example.com';
    const deal = await wonDeal(email);
    const before = requestsFor(email).length;
    world.kommo.updateDeal(deal.id, { price: 5000 });
    await world.customerio.waitFor(() => world.customerio.person(email)?.attributes.deal_amount === 5000);
    world.kommo.updateDeal(deal.id, { name: 'Another name' });
    await allDone();
    const calls = requestsFor(email).slice(before);
    expect(calls.map((call) => call.method)).toEqual(['PUT']);
  });

  it('keeps the reason where there is nothing to do', async () => {
    await allDone();
    const before = world.customerio.requests.length;
    const silent = world.deal({ email: null });
    world.move(silent.id, 'Closed - won');
    const lost = world.deal({ email: 'lost@example.com' });
    world.move(lost.id, 'Closed - lost');
    await allDone();
    expect(await world.trace(silent.id)).toContainEqual(
      expect.objectContaining({
        state: 'waiting',
        reason: expect.stringMatching(
          /^Contact Ann Lee has no email\. The event waits for a contact with an email/,
        ),
      }),
    );
    expect(await world.trace(lost.id)).toContainEqual(
      expect.objectContaining({ reason: 'No rule for the stage Closed - lost of the pipeline Sales.' }),
    );
    expect(world.customerio.requests.slice(before)).toEqual([]);
  });

  it('notes an open and a click once a person did them, and nothing for machines', async () => {
    const deal = await wonDeal('reader@example.com');
    world.customerio.open(deal.deliveryId, { machine: 'apple' });
    world.customerio.open(deal.deliveryId);
    world.customerio.open(deal.deliveryId);
    world.customerio.click(deal.deliveryId, undefined, { machine: true });
    world.customerio.click(deal.deliveryId);
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    await world.settled();
    const texts = world.noteTexts(deal.id);
    expect(texts.filter((text) => text.startsWith('Client opened email'))).toHaveLength(1);
    expect(texts.filter((text) => text.startsWith('Clicked link in email'))).toHaveLength(1);
  });

  it('sets email_status and gives one task when a client unsubscribes, though two reports say so', async () => {
    const deal = await wonDeal('leaver@example.com');
    world.customerio.unsubscribe(deal.deliveryId, { also: 'email' });
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    await world.settled();
    expect(world.kommo.deal(deal.id)?.fields.email_status).toBe('unsubscribed');
    expect(world.taskTexts(deal.id)).toEqual([
      'Client unsubscribed from Customer.io emails - clarify preferences',
    ]);
    const [task] = world.kommo.tasks(deal.id);
    expect(task?.responsibleUserId).toBe(world.kommo.deal(deal.id)?.responsibleUserId);
  });

  it('tells of a bounce with the provider’s words', async () => {
    const deal = await wonDeal('bouncing@example.com');
    world.customerio.bounce(deal.deliveryId, '550 5.1.1 user unknown');
    await world.kommo.waitFor(() => world.taskTexts(deal.id).length > 0);
    await world.settled();
    expect(world.taskTexts(deal.id)).toEqual([
      'Email not delivered (550 5.1.1 user unknown) - check address',
    ]);
    expect(world.kommo.deal(deal.id)?.fields.email_status).toBe('bounced');
  });
});

describe('an email_status field that is a text field', () => {
  useWorld({ kommo: { emailStatusField: 'text' } });

  it('shows the status, too', async () => {
    const deal = await wonDeal('ann@example.com');
    world.customerio.bounce(deal.deliveryId, '550 no such user');
    await world.kommo.waitFor(() => world.kommo.deal(deal.id)?.fields.email_status === 'bounced');
  });
});

describe('an email_status field that is missing', () => {
  useWorld({ kommo: { emailStatusField: 'none' } });

  it('costs no task, and the reason is kept', async () => {
    const deal = await wonDeal('ann@example.com');
    world.customerio.bounce(deal.deliveryId, '550 no such user');
    await world.kommo.waitFor(() => world.taskTexts(deal.id).length === 1);
    await world.settled();
    const dead = await world.app.database.db
      .selectFrom('actions')
      .select('error')
      .where('state', '=', 'dead')
      .execute();
    expect(dead).toEqual([
      { error: 'The deal field "email_status" does not exist in Kommo. Run: stagepost doctor --fix' },
    ]);
  });
});

describe('which deal a report goes to', () => {
  useWorld();

  it('finds the deal of a person whom Stagepost has not sent, through Kommo’s search, by the real email', async () => {
    const other = world.deal({ email: 'zed@example.com.mx', name: 'Zed Almost' });
    const deal = world.deal({ email: 'zed@example.com', name: 'Zed Real' });
    world.customerio.report({
      objectType: 'email',
      metric: 'converted',
      data: {
        recipient: 'zed@example.com',
        subject: 'News',
        identifiers: { id: null, email: 'zed@example.com' },
      },
    });
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    expect(world.noteTexts(deal.id)).toEqual(['Conversion from email News']);
    expect(world.noteTexts(other.id)).toEqual([]);
  });

  it('keeps a report of somebody unknown, and brings it when the person appears', async () => {
    world.customerio.report({
      objectType: 'email',
      metric: 'converted',
      data: {
        recipient: 'new@example.com',
        subject: 'News',
        identifiers: { id: null, email: 'new@example.com' },
      },
    });
    await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
    await world.settled();
    expect(await world.trace('new@example.com')).toMatchObject([
      { state: 'parked', reason: 'No contact in Kommo has the email new@example.com.' },
    ]);
    const deal = await wonDeal('new@example.com');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).includes('Conversion from email News'));
  });
});

describe('of two open deals of one person, with a colleague on the first', () => {
  afterEach(() => world?.close());

  const ANN = 'ann@example.com';
  const BO = 'bo@example.com';
  const opens = (id: number) => world.noteTexts(id).filter((text) => text.startsWith('Client opened')).length;

  async function play(triggerEventIds: 'other' | 'event_id' | 'absent') {
    let aheadMs = 0;
    await start({
      config: (yaml) => yaml.replace('contacts: main ', 'contacts: all '),
      kommo: { now: () => Date.now() + aheadMs },
      customerio: { fullResolution: true, switches: { triggerEventIds } },
    });
    const first = world.deal({ email: ANN });
    const bo = world.kommo.createContact({ name: 'Bo', email: BO });
    world.kommo.updateDeal(first.id, { contactIds: [first.contactId, bo.id] });
    const second = world.kommo.createDeal({ name: 'Second', contactIds: [first.contactId] });
    for (const [deal, email, count] of [
      [first, BO, 1],
      [second, ANN, 2],
    ] as const) {
      world.move(deal.id, 'Demo scheduled');
      await world.customerio.waitFor(() => world.customerio.mailbox(email).length === count);
      await world.settled();
    }
    // Kommo counts in seconds, and the deal that was changed last is the person's.
    aheadMs = 1_000;
    world.kommo.updateDeal(second.id, { price: 5 });
    const [annsFirst, annsSecond] = world.customerio.mailbox(ANN);
    for (const message of [annsFirst!, world.customerio.mailbox(BO)[0]!, annsSecond!]) {
      world.customerio.open(message.deliveryId);
      await world.customerio.waitFor(() => world.customerio.pendingReports === 0);
      await world.settled();
    }
    return { first: opens(first.id), second: opens(second.id), firstId: first.id };
  }

  it('each email’s report goes to its own deal where Customer.io names the event', async () => {
    const { first, second, firstId } = await play('event_id');
    expect({ first, second }).toEqual({ first: 2, second: 1 });
    const [{ events }] = [await trace(world.app.database.db, 'acme', String(firstId))];
    const move = events.find(({ event }) => event.kind === 'deal_moved' && event.rule !== null)!.event;
    const tied = events.filter(({ event }) => event.caused_by === move.id).map(({ event }) => event.name);
    expect(tied.filter((name) => name === 'email_opened')).toHaveLength(2);
    expect(tied).toContain('email_sent');
  });

  it.each(['other', 'absent'] as const)('the person decides where it names %s events', async (named) => {
    const { first, second } = await play(named);
    expect({ first, second }).toEqual({ first: 1, second: 2 });
  });
});

describe('other ways to set it up', () => {
  afterEach(() => world?.close());

  it('identifies by contact id', async () => {
    await start({ config: (yaml) => yaml.replace('identify_by: email ', 'identify_by: contact_id ') });
    const deal = world.deal({ email: 'ann@example.com' });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length > 0);
    const person = world.customerio.person(String(deal.contactId));
    expect(person).toMatchObject({ id: String(deal.contactId), email: 'ann@example.com' });
    expect(person?.events.map((event) => event.name)).toEqual(['deal_won']);
  });

  it('sends to all contacts of the deal', async () => {
    await start({ config: (yaml) => yaml.replace('contacts: main ', 'contacts: all ') });
    const deal = world.deal({ email: 'ann@example.com' });
    const second = world.kommo.createContact({ name: 'Bo', email: 'bo@example.com' });
    world.kommo.updateDeal(deal.id, { contactIds: [deal.contactId, second.id] });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    await world.settled();
    for (const email of ['ann@example.com', 'bo@example.com']) {
      expect(world.customerio.person(email)?.events.map((event) => event.name)).toEqual(['deal_won']);
    }
  });

  it('understands the Digital Pipeline’s short hooks alone', async () => {
    await start();
    for (const hook of world.kommo.hooks()) world.kommo.removeHook(hook.destination);
    const destination = `${world.app.url}/webhooks/kommo/acme/0123456789abcdef0123456789abcdef`;
    world.kommo.addDigitalPipelineHook({ destination, pipelineId: world.kommo.pipelineId('Sales') });
    const deal = world.deal({ email: 'ann@example.com' });
    world.move(deal.id, 'Closed - won');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    await world.settled();
    expect(world.customerio.events('deal_won')).toHaveLength(1);
  });
});
