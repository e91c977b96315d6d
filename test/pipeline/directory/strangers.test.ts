import { TestClock } from 'pg-boss';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasWork, startWorld, type World } from '../../support/world.ts';

/** How far the clock is moved on each time that a state is not there yet: the reader's pauses are some seconds long. */
const STEP_MS = 500;
/** Real time, ms. */
const PATIENCE_MS = 30_000;

/** The tests share a world, and build on each other: the directory is read once, then kept. */
describe('people whom Stagepost has never sent', () => {
  let world: World;
  let reports = 0;
  let ageMs = 3_600_000;
  const clock = new TestClock(Date.now());

  beforeAll(async () => {
    // The address book is older than what happens to it.
    const kommo = { now: () => clock.now() - ageMs };
    world = await startWorld({ appKey: true, clock, kommo });
    for (let i = 0; i < 1_100; i++)
      world.kommo.createContact({ name: 'Else', email: `else${i}@third.example` });
    ageMs = 0;
  });
  afterAll(() => world.close());

  function open(
    email: string,
    identifiers: { id: string | null; email: string | null } = { id: null, email },
  ): void {
    reports += 1;
    const data = { recipient: email, subject: `News ${reports}`, delivery_id: `d${reports}`, identifiers };
    world.customerio.report({ objectType: 'email', metric: 'opened', data });
  }

  /** Requests for lists of contacts, searches included. */
  const listings = () =>
    world.kommo.requests
      .all()
      .filter(({ path, query }) => path.endsWith('/contacts') && !query.includes('filter[id]'));
  const searches = () => listings().filter(({ query }) => query.includes('query='));

  /** As `eventually`, while Stagepost's clock goes on: so the pauses between two readings of the directory take no time. */
  async function inTime(look: () => void | Promise<void>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; ; ) {
      try {
        return await look();
      } catch (error) {
        if (performance.now() > end) throw error;
      }
      await new Promise((resolve) => setTimeout(resolve, 5));
      await clock.tick(STEP_MS);
    }
  }

  const settled = () => inTime(async () => expect(await hasWork(world.app)).toBe(false));

  const outcome = async (email: string) => (await world.trace(email)).at(-1);
  const parked = (email: string, reason: string) =>
    inTime(async () => expect(await outcome(email)).toMatchObject({ state: 'parked', reason }));
  const opened = (dealId: number) =>
    world.noteTexts(dealId).filter((text) => text.startsWith('Client opened'));
  const openedOnce = (...dealIds: number[]) =>
    inTime(() => {
      for (const id of dealIds) expect(opened(id)).toHaveLength(1);
    });

  const USELESS = "Kommo's search found too many contacts to look through.";

  it('cost four calls where the search returns the whole address book, and the next ones none', async () => {
    world.kommo.switches.searchIgnoresQuery = true;
    world.deal({ email: 'early@other.example' });
    open('stranger@other.example');
    await parked('stranger@other.example', USELESS);
    expect(searches()).toHaveLength(4);
    open('early@other.example');
    await parked('early@other.example', USELESS);
    expect(listings()).toHaveLength(4);
  });

  it('are found by reading all contacts where they are many, without a search', async () => {
    const before = listings().length;
    const deals = Array.from({ length: 60 }, (_, i) => world.deal({ email: `many${i}@example.com` }));
    for (let i = 0; i < deals.length; i++) open(`Many${i}@Example.com`);
    await openedOnce(...deals.map(({ id }) => id));
    // The pages of all contacts, then what has changed meanwhile, perhaps twice: nothing for each of them.
    expect(searches()).toHaveLength(4);
    expect(listings().length - before).toBeLessThanOrEqual(9);
  });

  it('who could not be searched for are found once all contacts have been read', async () => {
    const [deal] = world.kommo
      .deals()
      .filter(({ contactIds: [id] }) => id && emailOf(id) === 'early@other.example');
    await openedOnce(deal!.id);
  });

  it('are known to have no contact', async () => {
    open('nobody@other.example');
    await parked('nobody@other.example', 'No contact in Kommo has the email nobody@other.example.');
    expect(searches()).toHaveLength(4);
  });

  it('are found by the address that Customer.io has of them, and not on a deal without a contact who has it', async () => {
    const foreign = world.deal({ email: 'somebody-else@example.com' });
    await identifyAtCustomerio('4711', { email: 'former@example.com', kommo_deal_id: foreign.id });
    open('former@example.com', { id: '4711', email: 'former@example.com' });
    const addressed = world.deal({ email: 'by-id@example.com' });
    await identifyAtCustomerio('4712', { email: 'by-id@example.com' });
    open('', { id: '4712', email: null });
    await openedOnce(addressed.id);
    await parked('former@example.com', 'No contact in Kommo has the email former@example.com.');
    expect(opened(foreign.id)).toEqual([]);
  });

  it('are found as their contacts are now: under a corrected address, and not once they were deleted', async () => {
    const corrected = world.deal({ email: 'typo@example.com' });
    const deleted = world.deal({ email: 'deleted@example.com' });
    await readInto('typo@example.com', 'deleted@example.com');
    world.kommo.updateContact(corrected.contactId, { email: 'corrected@example.com' });
    world.kommo.deleteContact(deleted.contactId);
    await inTime(async () => expect(await staleIds()).toContain(deleted.contactId));
    open('corrected@example.com');
    for (const email of ['typo@example.com', 'deleted@example.com']) {
      open(email);
      await parked(email, `No contact in Kommo has the email ${email}.`);
    }
    await openedOnce(corrected.id);
  });

  it('are the person whom Stagepost has sent under another address', async () => {
    const deal = world.deal({ email: 'sent@example.com' });
    world.move(deal.id, 'Closed - won');
    await inTime(() => expect(world.noteTexts(deal.id)).toHaveLength(1));
    await settled();
    const [hook] = world.kommo.hooks();
    world.kommo.disableHook(hook!.destination);
    world.kommo.updateContact(deal.contactId, { email: 'moved@example.com' });
    world.kommo.enableHook(hook!.destination);
    open('moved@example.com');
    await openedOnce(deal.id);
    await settled();
    const names = world.app.database.db.selectFrom('person_names').select('person').distinct();
    const persons = await names
      .where('kind', '=', 'contact')
      .where('value', '=', String(deal.contactId))
      .execute();
    expect(persons).toHaveLength(1);
  });

  it('are found after a restart in what was read before', async () => {
    const deal = world.deal({ email: 'restart@example.com' });
    await readInto('restart@example.com');
    await world.restart();
    open('restart@example.com');
    await openedOnce(deal.id);
    expect(searches()).toHaveLength(4);
  });

  const emailOf = (contactId: number) => world.kommo.contact(contactId)?.emails[0];

  /** A report about somebody unknown makes the directory read what has changed. Resolves when it has the addresses. */
  async function readInto(...addresses: string[]): Promise<void> {
    open(`unknown-${reports}@other.example`);
    const { db } = world.app.database;
    await inTime(async () => {
      const rows = db.selectFrom('directory').select('address').where('address', 'in', addresses);
      expect(await rows.execute()).toHaveLength(addresses.length);
    });
  }

  async function staleIds(): Promise<number[]> {
    const rows = world.app.database.db
      .selectFrom('directory_stale')
      .select('contact_id')
      .orderBy('contact_id');
    return (await rows.execute()).map((row) => row.contact_id);
  }

  async function identifyAtCustomerio(id: string, attributes: object): Promise<void> {
    const { siteId, apiKey } = world.customerio.credentials;
    const answer = await fetch(`${world.customerio.url}/api/v1/customers/${id}`, {
      method: 'PUT',
      headers: {
        authorization: `Basic ${Buffer.from(`${siteId}:${apiKey}`).toString('base64')}`,
        'content-type': 'application/json',
      },
      body: JSON.stringify(attributes),
    });
    expect(answer.status).toBe(200);
  }
});
