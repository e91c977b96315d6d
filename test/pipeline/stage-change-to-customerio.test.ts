import { afterEach, describe, expect, it } from 'vitest';
import { KINDS } from '../support/databases.ts';
import { startWorld, type World, type WorldOptions } from '../support/world.ts';

let world: World;
afterEach(() => world?.close());

async function start(options: WorldOptions = {}): Promise<World> {
  // PostgreSQL starts faster, where a test does not say which database it is about.
  world = await startWorld({ database: 'postgres', customerio: { fullResolution: true }, ...options });
  return world;
}

/** The deal is won, and the campaign's email has arrived. */
async function wonDeal(email: string) {
  const deal = world.deal({ email });
  world.move(deal.id, 'Closed - won');
  const message = await world.customerio.waitFor(() => world.customerio.mailbox(email)[0]);
  await world.settled();
  return { ...deal, deliveryId: message.deliveryId };
}

describe.each(KINDS)('from Kommo to Customer.io (%s)', (database) => {
  it('identifies the client with mapped attributes, sends the event, and says so on the deal', async () => {
    await start({ database });
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
    const paths = world.customerio.requests.map(({ method, path }) => `${method} ${path}`);
    expect(paths.slice(-2)).toEqual([
      'PUT /api/v1/customers/a%2Bb%2Fc%40x.com',
      'POST /api/v1/customers/a%2Bb%2Fc%40x.com/events',
    ]);
  });

  it('sends one event for one move, though Kommo reports it twice', async () => {
    await start({ database });
    const deal = world.deal();
    world.move(deal.id, 'Demo scheduled');
    await world.kommo.waitFor(() => world.noteTexts(deal.id).length === 1);
    await world.settled();
    const moves = world.kommo.hookDeliveries().flatMap((delivery) => delivery.keys);
    expect(moves).toEqual(expect.arrayContaining(['leads[status]', 'leads[update]']));
    expect(world.customerio.events('demo_scheduled')).toHaveLength(1);
    expect(world.noteTexts(deal.id)).toHaveLength(1);
  });

  it('updates the attributes, without an event, when a mapped field changes, and sends nothing when none does', async () => {
    await start({ database });
    const deal = await wonDeal('ann@example.com');
    const before = world.customerio.requests.length;
    world.kommo.updateDeal(deal.id, { price: 5000 });
    await world.customerio.waitFor(
      () => world.customerio.person('ann@example.com')?.attributes.deal_amount === 5000,
    );
    world.kommo.updateDeal(deal.id, { name: 'Another name' });
    await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
    await world.settled();
    const calls = world.customerio.requests.slice(before);
    expect(calls.map((call) => call.method)).toEqual(['PUT']);
  });

  it('keeps the reason where there is nothing to do', async () => {
    await start({ database });
    const silent = world.deal({ email: null });
    world.move(silent.id, 'Closed - won');
    const lost = world.deal({ email: 'lost@example.com' });
    world.move(lost.id, 'Closed - lost');
    await world.kommo.waitFor(() => world.kommo.hooksPending() === 0);
    await world.settled();
    expect(await world.trace(silent.id)).toContainEqual(
      expect.objectContaining({ state: 'ignored', reason: 'Contact Ann Lee has no email.' }),
    );
    expect(await world.trace(lost.id)).toContainEqual(
      expect.objectContaining({ reason: 'No rule for the stage Closed - lost of the pipeline Sales.' }),
    );
    expect(world.customerio.requests).toEqual([]);
  });
});

describe.each(KINDS)('from Customer.io to Kommo (%s)', (database) => {
  it('notes an open and a click once a person did them, and nothing for machines', async () => {
    await start({ database });
    const deal = await wonDeal('ann@example.com');
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
    await start({ database });
    const deal = await wonDeal('ann@example.com');
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
    await start({ database });
    const deal = await wonDeal('ann@example.com');
    world.customerio.bounce(deal.deliveryId, '550 5.1.1 user unknown');
    await world.kommo.waitFor(() => world.taskTexts(deal.id).length > 0);
    await world.settled();
    expect(world.taskTexts(deal.id)).toEqual([
      'Email not delivered (550 5.1.1 user unknown) - check address',
    ]);
    expect(world.kommo.deal(deal.id)?.fields.email_status).toBe('bounced');
  });
});

describe('the email_status field', () => {
  it('may be a text field', async () => {
    await start({ kommo: { emailStatusField: 'text' } });
    const deal = await wonDeal('ann@example.com');
    world.customerio.bounce(deal.deliveryId, '550 no such user');
    await world.kommo.waitFor(() => world.kommo.deal(deal.id)?.fields.email_status === 'bounced');
  });

  it('may be missing: the task still comes, and the reason is kept', async () => {
    await start({ kommo: { emailStatusField: 'none' } });
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
  it('finds the deal of a person whom Stagepost has not sent, through Kommo’s search, by the real email', async () => {
    await start();
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
    await start();
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

describe('other ways to set it up', () => {
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
