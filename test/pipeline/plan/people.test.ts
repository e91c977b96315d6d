import fc from 'fast-check';
import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { eventId } from '../../../src/customerio/index.ts';
import type { Contact, Deal } from '../../../src/domain/entities.ts';
import type { StagepostEvent } from '../../../src/domain/events.ts';
import type { Rules } from '../../../src/domain/rules/rules.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { prepareProfileChange } from '../../../src/pipeline/deliver/customerio/profile-changes.ts';
import { planBatch } from '../../../src/pipeline/plan/plan-batch.ts';
import { unreportedChanges } from '../../../src/pipeline/understand/record-changes.ts';
import { fireWatches } from '../../../src/pipeline/watches/fire.ts';
import { createWatchQueue } from '../../../src/pipeline/watches/queue.ts';
import { dueActions } from '../../../src/store/actions/due-actions.ts';
import { presentProfile } from '../../../src/store/actions/profile-changes.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { addEvents } from '../../../src/store/events/events.ts';
import { trace } from '../../../src/store/events/trace.ts';
import { triggerEvidence } from '../../../src/store/events/trigger-evidence.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { contact, deal, rules, SALES } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';

/** The moment of the first event, unix seconds. */
const T = 1_796_000_000;
const DAY = 86_400;
const DEAL = 7001;
const ANN = 'ann@acme.example';
const BO = 'bo@acme.example';

const reaction = { note: null, task: null, fields: {}, tags: null, machineOpens: 'ignore' as const };
const REACTIONS: Rules['reactions'] = [
  { ...reaction, name: 'email_opened', note: '{{ contact.first_name }} opened', repeat: 'every' },
  {
    ...reaction,
    name: 'email_unsubscribed',
    task: { text: '{{ contact.first_name }} unsubscribed - call', dueSeconds: DAY },
    fields: { email_status: 'unsubscribed' },
    repeat: 'every',
  },
  { ...reaction, name: 'email_bounced', fields: { email_status: 'bounced' }, repeat: 'every' },
];
const INACTIVITY: Rules['inactivity'] = [
  {
    ...{ start: 'deal_won', afterSeconds: 5 * DAY, unless: ['email_opened'], event: 'client_inactive' },
    task: { text: 'Reach out to {{ contact.first_name }}', dueSeconds: DAY },
    ...{ stopWhen: [], unmailableClients: 'keep' },
  },
];

describe.each(KINDS)('who the person is (%s)', (kind) => {
  let database: Database;
  let runs = 0;
  let keys = 0;
  /** A connection of its own for each test. */
  let name: string;
  let deals: Map<number, Deal>;
  let contacts: Map<number, Contact>;
  let own: Partial<Rules>;
  let app: { attributes(): Promise<Record<string, unknown>> } | null;
  let clock: number;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
    await createWatchQueue(database.boss);
  });
  afterAll(() => database.close());
  beforeEach(async () => {
    name = `c${runs++}`;
    clock = T;
    deals = new Map();
    contacts = new Map();
    own = {};
    app = null;
    await takeLease(database.db, name, 'test');
  });

  function putDeal(id: number, contactIds: number[], part: Partial<Deal> = {}): void {
    deals.set(id, deal({ id, contactIds, isClosed: false, ...part }));
  }
  function putContact(id: number, firstName: string, emails: string[], part: Partial<Contact> = {}): void {
    const dealIds = [...deals.values()].filter((one) => one.contactIds.includes(id)).map((one) => one.id);
    contacts.set(id, contact({ id, name: `${firstName} Lee`, firstName, emails, dealIds, ...part }));
  }

  /** Stores events and plans all that there is to plan, a second later. */
  async function happens(...events: StagepostEvent[]): Promise<void> {
    const rows = events.map((event) => {
      const person = event.kind === 'mail_report' ? (event.person.email ?? event.person.id) : null;
      const reportName = event.kind === 'mail_report' ? event.name : null;
      return { connection: name, key: `e${keys++}`, event, name: reportName, person, inboxIds: [] };
    });
    await addEvents(asLeased(database.db), rows, clock * 1_000);
    clock += 1;
    await plan();
  }

  /** How many statements the work sends to the database. */
  async function statementsOf(work: () => Promise<void>): Promise<number> {
    let count = 0;
    const plain = database;
    const db = plain.db.withPlugin({
      transformQuery: ({ node }) => {
        count += 1;
        return node;
      },
      transformResult: async ({ result }) => result,
    });
    database = { ...plain, db };
    await work();
    database = plain;
    return count;
  }

  async function plan(): Promise<void> {
    const contactsOf = async (ids: number[]) =>
      new Map(ids.flatMap((id) => (contacts.has(id) ? [[id, contacts.get(id)!]] : [])));
    const kommo = {
      deals: async (ids: number[]) =>
        new Map(ids.flatMap((id) => (deals.has(id) ? [[id, deals.get(id)!]] : []))),
      ...{ contacts: contactsOf, contactsWithDeals: contactsOf },
      searchContacts: async (email: string) => {
        const found = [...contacts.values()].filter(({ emails }) => emails.includes(email));
        return Object.assign(found, { contacts: found, isComplete: true });
      },
    };
    const catalog = { account: { timezone: 'UTC' }, pipelines: [SALES], users: [] };
    const connection = {
      ...{ name, owner: 'test', kommo, app, catalog },
      rules: rules({
        ...{ attributes: { first_name: 'contact.first_name', phone: 'contact.phone' }, contacts: 'all' },
        ...{ reactions: REACTIONS, inactivity: INACTIVITY },
        ...own,
      }),
    } as unknown as Connection;
    const log = { warn: () => {}, error: () => {} };
    // A report whose person has left its deals is planned by the second batch.
    for (let batch = 0; batch < 2; batch++)
      await planBatch({ database, connection, log, now: clock * 1_000 + batch * 10 } as Parameters<
        typeof planBatch
      >[0]);
  }

  const won = (dealId = DEAL): StagepostEvent => ({
    ...{ kind: 'deal_moved', dealId, from: null, occurredAt: clock },
    to: { pipelineId: SALES.id, stageId: 142 },
  });
  const of = (
    event: 'contact_changed' | 'contact_deleted' | 'contact_merged' | 'contact_restored',
    contactId: number,
  ) => ({ kind: event, contactId, occurredAt: clock }) as StagepostEvent;
  let reports = 0;
  const report = (
    reportName: string,
    email: string | null,
    { id = email as string | null, cioId = null as string | null, trigger = null as string | null } = {},
  ): StagepostEvent => ({
    ...{ kind: 'mail_report', name: reportName, reportId: `r${reports++}`, deliveryId: `d${reports}` },
    ...{ person: { id, email, cioId }, occurredAt: clock, machine: false },
    values: trigger === null ? {} : { trigger_event_id: trigger },
  });

  /** What was put into the outbox since the last time that it was asked, in order. */
  let seen = 0;
  async function actions(): Promise<string[]> {
    const { rows } = await sql<{
      id: number;
      kind: string;
      deal_id: number | null;
      payload: Record<string, unknown>;
    }>`
      select id, kind, deal_id, payload from actions where connection = ${name} and id > ${seen} order by id
    `.execute(database.db);
    seen = rows.at(-1)?.id ?? seen;
    return rows.map(({ kind: action, deal_id, payload: { person, name: event, text, value } }) =>
      person === undefined
        ? `${action} on ${deal_id}: ${text ?? value}`
        : `${action} ${person}${event ? ` ${event}` : ''}`,
    );
  }
  async function last() {
    const { rows } = await sql<{
      state: string;
      reason: string | null;
      warnings: string[];
      person: string | null;
    }>`
      select state, reason, warnings, person from events where connection = ${name} order by occurred_at desc, id desc
      limit 1
    `.execute(database.db);
    return rows[0]!;
  }
  async function people() {
    const { rows } = await sql<{ person: string; identifier: string | null; email: string | null }>`
      select person, identifier, email from persons where connection = ${name} order by person
    `.execute(database.db);
    return rows;
  }
  async function fireAll(): Promise<void> {
    clock += 6 * DAY;
    const { rows } = await sql<{ id: number }>`
      select id from watches where connection = ${name} and state = 'running'
    `.execute(database.db);
    const log = { error: () => {} } as never;
    const signal = new AbortController().signal;
    const jobs = rows.map(({ id }) => ({ id: String(id), data: { watchId: id }, signal }));
    await fireWatches({ database, now: () => clock * 1_000, log }, jobs);
    await plan();
  }

  /** The ULID with which the event of a deal was sent to a person. */
  async function sentUlid(dealId: number, person: string): Promise<string> {
    const { rows } = await sql<{ ulid: string }>`
      select ulid from actions where connection = ${name} and deal_id = ${dealId} and kind = 'track'
        and payload->>'person' = ${person}
    `.execute(database.db);
    return rows[0]!.ulid;
  }

  describe('an email that names the event that started its campaign', () => {
    const OTHER = 7002;
    let trigger: string;
    beforeEach(async () => {
      putDeal(DEAL, [501, 502]);
      putDeal(OTHER, [501], { updatedAt: T + DAY });
      putContact(501, 'Ann', [ANN]);
      putContact(502, 'Bo', [BO]);
      await happens(won(), won(OTHER));
      trigger = await sentUlid(DEAL, ANN);
      await actions();
    });

    it('belongs to the deal of that event, while the others go to the deal that changed last', async () => {
      await happens(report('email_opened', ANN, { trigger }));
      await happens(report('email_opened', ANN, { trigger: trigger.toLowerCase() }));
      await happens(report('email_opened', ANN, { trigger: await sentUlid(OTHER, ANN) }));
      await happens(report('email_opened', ANN, { trigger: '01KB9Z00000000000000000001' }));
      await happens(report('email_opened', ANN, { trigger: 'not a ULID' }));
      const deals = [DEAL, DEAL, OTHER, OTHER, OTHER];
      expect(await actions()).toEqual(deals.map((id) => `note on ${id}: Ann opened`));
    });

    it('shows that Customer.io names our events; other events count against it only near one of ours', async () => {
      const near = eventId((clock + 20) * 1_000, 'near');
      await sql`update actions set sent_at = ${clock * 1_000} where connection = ${name}`.execute(
        database.db,
      );
      await happens(report('email_sent', ANN, { trigger }), report('email_opened', ANN, { trigger }));
      await happens(report('email_sent', ANN, { trigger: near }));
      await happens(report('email_sent', ANN, { trigger: eventId((clock - DAY) * 1_000, 'far') }));
      await happens(report('email_sent', 'nobody@x.example', { trigger: near }));
      await happens(report('email_sent', ANN));
      expect(await triggerEvidence(database.db, [name, 'other'])).toEqual([
        { connection: name, matched: 1, unmatched: 1 },
        { connection: 'other', matched: 0, unmatched: 0 },
      ]);
    });

    it('is tied to the event, also where no rule acts on the report', async () => {
      await happens(report('email_sent', ANN, { trigger }));
      const { rows } = await sql`
        select r.deal_id, r.state, c.kind, c.deal_id as of from events r join events c on c.id = r.caused_by
        where r.connection = ${name} and r.kind = 'mail_report'
      `.execute(database.db);
      expect(rows).toEqual([{ deal_id: DEAL, state: 'ignored', kind: 'deal_moved', of: DEAL }]);
    });

    it('belongs to its deal when that is closed; an opt-out goes to an open one', async () => {
      putDeal(DEAL, [501, 502], { isClosed: true });
      await happens(report('email_opened', ANN, { trigger }));
      await happens(report('email_unsubscribed', ANN, { trigger }));
      expect(await actions()).toEqual([
        'note on 7001: Ann opened',
        'set_field on 7002: unsubscribed',
        'task on 7002: Ann unsubscribed - call',
      ]);
      expect((await last()).warnings[0]).toMatch(
        'Deal 7001, whose stage change started this email, is closed.',
      );
    });

    it('belongs to its deal when its person has left it, and is about that person', async () => {
      putDeal(DEAL, [502]);
      await happens(report('email_opened', ANN, { trigger }));
      await happens(report('email_bounced', ANN, { trigger }));
      expect(await actions()).toEqual(['note on 7001: Ann opened', 'set_field on 7002: bounced']);
      const { rows } = await sql`
        select until is null as holds from person_deals where connection = ${name} and deal_id = ${DEAL} order by 1
      `.execute(database.db);
      expect(rows).toEqual([{ holds: false }, { holds: true }]);
    });

    it('goes to the person’s other deals when its deal was deleted', async () => {
      deals.delete(DEAL);
      await happens(report('email_opened', ANN, { trigger }));
      expect(await actions()).toEqual(['note on 7002: Ann opened']);
      expect((await last()).warnings).toEqual([
        'Deal 7001, whose stage change started this email, does not exist any more.',
      ]);
    });

    it('waits when its deal was deleted and the person has no other', async () => {
      deals.clear();
      await happens(report('email_opened', ANN, { trigger }));
      await plan();
      expect(await last()).toMatchObject({ state: 'parked' });
    });

    it('belongs to the person of the event where the report names nobody who is recorded', async () => {
      await happens(report('email_opened', null, { id: 'unknown', trigger }));
      expect(await actions()).toEqual(['note on 7001: Ann opened']);
    });
  });

  it('a text about a second contact is about that contact, in reports and when timers run out', async () => {
    putDeal(DEAL, [501, 502]);
    putContact(501, 'Ann', [ANN]);
    putContact(502, 'Bo', [BO]);
    await happens(won());
    await actions();
    await happens(report('email_unsubscribed', BO));
    expect(await actions()).toEqual([
      'set_field on 7001: unsubscribed',
      'task on 7001: Bo unsubscribed - call',
    ]);
    await fireAll();
    const tasks = (await actions()).filter((text) => text.startsWith('task'));
    expect(tasks.map((text) => /Reach out to (\w+)/.exec(text)?.[1]).sort()).toEqual(['Ann', 'Bo']);
  });

  describe('a main contact who was replaced', () => {
    beforeEach(async () => {
      putDeal(DEAL, [501]);
      putContact(501, 'Ann', [ANN]);
      await happens(won());
      putDeal(DEAL, [502]);
      putContact(501, 'Ann', [ANN]);
      putContact(502, 'Bo', [BO]);
      await actions();
    });

    it('who bounces or unsubscribes does not touch the deal', async () => {
      await happens(report('email_bounced', ANN));
      expect(await last()).toMatchObject({ state: 'parked', reason: 'The contact Ann Lee has no deal.' });
      await happens(report('email_unsubscribed', ANN));
      expect(await actions()).toEqual([]);
    });

    it('whose reports go to the deal that she is on now', async () => {
      putDeal(7002, [501]);
      putContact(501, 'Ann', [ANN]);
      await happens(report('email_opened', ANN));
      expect(await actions()).toEqual(['note on 7002: Ann opened']);
    });

    it('whose timer runs out gets no task on the deal', async () => {
      await fireAll();
      expect(await actions()).toEqual([]);
      expect(await last()).toMatchObject({ reason: `${ANN} is not a contact of the deal any more.` });
    });
  });

  describe('merged contacts', () => {
    beforeEach(async () => {
      putDeal(DEAL, [501]);
      putContact(501, 'Ann', [ANN]);
    });
    function merge(): void {
      contacts.delete(501);
      putDeal(DEAL, [502]);
      putContact(502, 'Ann', ['ann.lee@acme.example', ANN]);
    }

    it.each([
      ['email', ANN],
      ['contact_id', '501'],
    ] as const)('are the person whom Customer.io has, identified by %s', async (identifyBy, id) => {
      own = { identifyBy };
      await happens(won());
      merge();
      await happens(of('contact_deleted', 501), of('contact_changed', 502));
      await actions();
      putContact(502, 'Ann', ['ann.lee@acme.example', ANN], { phones: ['+34611111111'] });
      await happens(of('contact_changed', 502));
      expect(await actions()).toEqual([`identify ${id}`]);
      await happens(report('email_opened', ANN, { id }));
      await happens(report('email_opened', 'ann.lee@acme.example', { id: null }));
      expect(await actions()).toEqual(['note on 7001: Ann opened', 'note on 7001: Ann opened']);
      expect(await people()).toHaveLength(1);
    });

    it('with deals of both are one person, one timer and one trace', async () => {
      putDeal(7002, [502]);
      putContact(502, 'Ann', ['ann.lee@acme.example']);
      await happens(won(), won(7002));
      const [first, second] = await people();
      merge();
      putDeal(7002, [502]);
      await happens(of('contact_deleted', 501));
      expect(await people()).toMatchObject([{ identifier: 'ann.lee@acme.example' }]);
      const joins = await database.db
        .selectFrom('person_joins')
        .selectAll()
        .where('connection', '=', name)
        .execute();
      expect(joins).toMatchObject([{ joined: second!.person, person: first!.person }]);
      const { deals: traced, watches } = await trace(database.db, name, ANN);
      expect(traced.sort()).toEqual([DEAL, 7002]);
      expect(watches.map(({ person }) => person)).toEqual(['ann.lee@acme.example', 'ann.lee@acme.example']);
    });

    it('without an address in common are one person by the report of the merge', async () => {
      await happens(won());
      contacts.delete(501);
      putDeal(DEAL, [502]);
      putContact(502, 'Ann', ['ann.lee@acme.example']);
      await happens(of('contact_deleted', 501), of('contact_merged', 502));
      expect(await people()).toHaveLength(1);
      await actions();
      await happens(report('email_opened', ANN));
      expect(await actions()).toEqual(['note on 7001: Ann opened']);
    });

    describe('of which no webhook reported that one is gone', () => {
      beforeEach(async () => {
        putDeal(7002, [502]);
        putContact(502, 'Bo', [BO]);
        await happens(won(), won(7002));
        await actions();
        contacts.delete(501);
        putDeal(DEAL, [502]);
      });

      it('are one person and one profile as soon as the survivor is read with the address of the other', async () => {
        putContact(502, 'Bo', [BO, ANN]);
        await happens(of('contact_changed', 502));
        expect(await people()).toMatchObject([{ identifier: BO }]);
        expect(await actions()).toEqual([`identify ${BO}`, `merge ${BO}`]);
      });

      it.each(['contact_changed', 'contact_merged'] as const)(
        'show an opt-out that is planned together with %s on the deals of both',
        async (change) => {
          putContact(502, 'Bo', [BO, ANN]);
          await happens(of(change, 502), report('email_unsubscribed', BO));
          const shown = (await actions()).filter((action) => action.startsWith('set_field'));
          expect(shown.sort()).toEqual([
            'set_field on 7001: unsubscribed',
            'set_field on 7002: unsubscribed',
          ]);
        },
      );

      it('are one by the events log, where the other’s address had changed and was never read', async () => {
        putContact(502, 'Bo', [BO, 'ann@new.example']);
        await happens(of('contact_merged', 502));
        expect(await people()).toMatchObject([{ identifier: BO }]);
        expect(await actions()).toContain(`merge ${BO}`);
      });

      it('have a note on an open deal of the survivor that no stage had brought up, not on a closed one', async () => {
        putDeal(DEAL, [502], { isClosed: true });
        putDeal(7002, [502], { isClosed: true });
        putDeal(7003, [502]);
        putContact(502, 'Bo', [BO, ANN]);
        await happens(of('contact_merged', 502));
        await actions();
        await happens(report('email_opened', ANN));
        expect(await actions()).toEqual(['note on 7003: Bo opened']);
      });

      it('are two where the other one exists and only shares the address', async () => {
        putContact(501, 'Ann', [ANN]);
        putContact(502, 'Bo', [BO, ANN]);
        await happens(of('contact_changed', 502), of('contact_merged', 502));
        expect(await people()).toHaveLength(2);
        expect((await actions()).join()).not.toContain('merge');
      });
    });
  });

  describe('a changed email', () => {
    beforeEach(async () => {
      putDeal(DEAL, [501]);
      putContact(501, 'Ann', [ANN]);
      await happens(won());
      putContact(501, 'Ann', ['ann@new.example']);
      await happens(of('contact_changed', 501));
    });

    it('is one person, with a warning; the timer and the reports of both addresses stay', async () => {
      const [person, ...others] = await people();
      expect(person).toMatchObject({ identifier: 'ann@new.example', email: 'ann@new.example' });
      expect(others).toEqual([]);
      expect((await last()).warnings).toMatchObject([expect.stringContaining(`The person was ${ANN}`)]);
      await actions();
      await happens(report('email_opened', ANN));
      await happens(report('email_opened', 'ann@new.example'));
      expect(await actions()).toEqual(['note on 7001: Ann opened', 'note on 7001: Ann opened']);
      const { rows } = await sql`
        select state from watches where connection = ${name}
      `.execute(database.db);
      expect(rows).toEqual([{ state: 'stopped' }]);
    });

    it('that changes again before the merge is sent has the profile of the last address as its present one', async () => {
      const merge = { person: 'ann@new.example', from: ANN };
      expect(await presentProfile(database.db, name, merge)).toBe('ann@new.example');
      putContact(501, 'Ann', ['ann@third.example']);
      await happens(of('contact_changed', 501));
      expect(await presentProfile(database.db, name, merge)).toBe('ann@third.example');
      putContact(501, 'Ann', [ANN]);
      await happens(of('contact_changed', 501));
      expect(await presentProfile(database.db, name, merge)).toBeNull();
    });

    it('that changes again before the merge is sent is merged after the profile of the last address has been sent', async () => {
      putContact(501, 'Ann', ['ann@third.example']);
      await happens(of('contact_changed', 501));
      const merge = { kind: 'merge', person: 'ann@new.example', from: ANN } as const;
      const prepare = () =>
        prepareProfileChange(merge, { db: database.db, connection: { name, app: null }, attempts: 0 });
      await expect(prepare()).rejects.toMatchObject({ failure: 'retryable' });
      await sql`
        update actions set state = 'done', done_at = 1 where connection = ${name} and lane = 'customerio'
      `.execute(database.db);
      expect(await prepare()).toEqual({ action: { ...merge, person: 'ann@third.example' } });
    });

    it('is found by the old address, too, and the key is never shown', async () => {
      const found = await trace(database.db, name, ANN);
      expect(found.deals).toEqual([DEAL]);
      expect(found.events).toHaveLength(2);
      const [person] = await people();
      expect(person!.person).toMatch(/^p_/);
      expect(JSON.stringify(found)).not.toContain(person!.person);
    });
  });

  describe('while an event for a client is tried again, actions for another profile of the client', () => {
    const NEW = 'ann.lee@acme.example';
    const FAR = 1_000_000;
    beforeEach(async () => {
      putDeal(DEAL, [501]);
      putContact(501, 'Ann', [ANN]);
    });

    /** All that is open for Customer.io has failed and is tried again much later. */
    async function fail(): Promise<void> {
      await sql`
        update actions set next_attempt_at = ${(clock + FAR) * 1_000}
        where connection = ${name} and lane = 'customerio' and state = 'ready'
      `.execute(database.db);
    }
    /** The actions that Customer.io gets now, and after the next attempt. */
    async function due(): Promise<string[][]> {
      const looks = [clock + 1, clock + 2 * FAR].map((second) =>
        dueActions(database.db, name, 'customerio', second * 1_000, 100),
      );
      return (await Promise.all(looks)).map((found) =>
        found.due.map(({ payload: { kind: action, ...payload } }) =>
          'person' in payload ? `${action} ${payload.person}` : action,
        ),
      );
    }

    it('wait after the email was corrected, and after it was changed back', async () => {
      await happens(won());
      await fail();
      putContact(501, 'Ann', [NEW]);
      await happens(of('contact_changed', 501));
      expect(await due()).toEqual([[], [`identify ${ANN}`, `change_email ${NEW}`, `identify ${NEW}`]]);
      putContact(501, 'Ann', [ANN]);
      await happens(of('contact_changed', 501), won(DEAL));
      expect((await due())[0]).toEqual([]);
    });

    it.each([
      ['email', ANN, BO],
      ['contact_id', '501', '502'],
    ] as const)('wait after contacts were merged, identified by %s', async (identifyBy, former, present) => {
      own = { identifyBy };
      putDeal(7002, [502]);
      putContact(502, 'Bo', [BO]);
      await happens(won(), won(7002));
      await fail();
      expect((await due())[1]).toEqual([`identify ${former}`, `identify ${present}`]);
      contacts.delete(501);
      putContact(502, 'Bo', [BO, ANN]);
      putDeal(DEAL, [502]);
      await happens(of('contact_deleted', 501), won(DEAL));
      const [now, later] = await due();
      expect(now).toEqual([]);
      expect(later!.slice(0, 2)).toEqual([`identify ${former}`, `identify ${present}`]);
      const { rows } = await sql`
        select distinct subject from actions where connection = ${name} and kind in ('identify', 'track')
      `.execute(database.db);
      expect(rows).toEqual([{ subject: present }]);
    });

    it('wait for their own profile alone once two contacts that shared an address by mistake are two clients again', async () => {
      putDeal(7002, [502]);
      putContact(502, 'Bo', [BO]);
      await happens(won(), won(7002));
      putContact(501, 'Ann', [BO]);
      await happens(of('contact_changed', 501));
      putContact(501, 'Ann', [ANN]);
      await happens(of('contact_changed', 501));
      const { rows } = await sql`
        select distinct payload->>'person' as profile, subject from actions
        where connection = ${name} and kind in ('identify', 'track') order by 1
      `.execute(database.db);
      expect(rows).toEqual([ANN, BO].map((profile) => ({ profile, subject: profile })));
    });

    it('do not wait where the main contact of the deal was replaced: that is another client', async () => {
      await happens(won());
      await fail();
      putContact(502, 'Bo', [BO]);
      putDeal(DEAL, [502]);
      await happens(won());
      expect((await due())[0]).toEqual([`identify ${BO}`]);
    });
  });

  describe('an email that was removed', () => {
    const remove = async (identifyBy: Rules['identifyBy']) => {
      own = { identifyBy };
      putDeal(DEAL, [501]);
      putContact(501, 'Ann', [ANN]);
      await happens(won());
      await actions();
      putContact(501, 'Ann', []);
      await happens(of('contact_changed', 501));
    };

    it('is cleared at Customer.io where contacts are identified by their id', async () => {
      await remove('contact_id');
      expect(await actions()).toEqual(['change_email 501', 'identify 501']);
      const { rows } = await sql<{ email: string }>`
        select payload->'attributes'->>'email' as email from actions where connection = ${name} order by id desc limit 1
      `.execute(database.db);
      expect(rows).toEqual([{ email: '' }]);
    });

    it('is a warning where the address is the identity', async () => {
      await remove('email');
      expect((await last()).warnings).toMatchObject([
        expect.stringContaining(`has no email in Kommo any more, but Customer.io still has ${ANN}`),
      ]);
    });
  });

  it('a deleted deal has no people, and has them again when it is restored', async () => {
    putDeal(DEAL, [501]);
    putContact(501, 'Ann', [ANN]);
    await happens(won());
    const before = deals.get(DEAL)!;
    deals.delete(DEAL);
    putContact(501, 'Ann', [ANN], { dealIds: [] });
    await happens({ kind: 'deal_deleted', dealId: DEAL, occurredAt: clock });
    await actions();
    await happens(report('email_opened', ANN));
    expect(await actions()).toEqual([]);
    deals.set(DEAL, before);
    putContact(501, 'Ann', [ANN]);
    await happens({ kind: 'deal_restored', dealId: DEAL, occurredAt: clock });
    expect(await actions()).toEqual(['note on 7001: Ann opened']);
  });

  it('a person is found by cio_id alone once a report has taught it', async () => {
    putDeal(DEAL, [501]);
    putContact(501, 'Ann', [ANN]);
    await happens(won());
    await happens(report('email_opened', ANN, { cioId: 'd9c106000001' }));
    await actions();
    await happens(report('email_opened', null, { id: null, cioId: 'd9c106000001' }));
    expect(await actions()).toEqual(['note on 7001: Ann opened']);
  });

  it('the deal that Customer.io names is believed only where it has a contact with the address', async () => {
    app = { attributes: async () => ({ kommo_deal_id: DEAL }) };
    putDeal(DEAL, [502]);
    putContact(502, 'Bo', [BO]);
    await happens(report('email_opened', ANN));
    expect(await actions()).toEqual([]);
    expect(await last()).toMatchObject({ state: 'parked' });
    await happens(report('email_opened', BO));
    expect(await actions()).toEqual(['note on 7001: Bo opened']);
  });

  it('a report that only has a cio_id waits under it until a report has taught whose it is', async () => {
    await happens(report('email_opened', null, { id: null, cioId: 'd9c106000001' }));
    expect(await last()).toMatchObject({ state: 'parked', person: 'cio_id:d9c106000001' });
    putDeal(DEAL, [501]);
    putContact(501, 'Ann', [ANN]);
    await happens(won());
    await actions();
    await happens(report('email_delivered', ANN, { cioId: 'd9c106000001' }));
    expect(await actions()).toEqual(['note on 7001: Ann opened']);
  });

  it('a report that only has a cio_id is searched for by the address that Customer.io has', async () => {
    app = { attributes: async () => ({ email: ANN }) };
    putDeal(DEAL, [501]);
    putContact(501, 'Ann', [ANN]);
    await happens(report('email_opened', null, { id: null, cioId: 'd9c106000001' }));
    expect(await actions()).toEqual(['note on 7001: Ann opened']);
  });

  it('a deal of somebody else at Customer.io does not keep the report from the person’s own deal', async () => {
    app = { attributes: async () => ({ kommo_deal_id: DEAL }) };
    putDeal(DEAL, [502]);
    putDeal(7002, [501]);
    putContact(502, 'Bo', [BO]);
    putContact(501, 'Ann', [ANN]);
    await happens(report('email_opened', ANN));
    expect(await actions()).toEqual(['note on 7002: Ann opened']);
    expect(await people()).toHaveLength(2);
  });

  it('attributes follow a deal of the pipeline that the rule names, while one is open', async () => {
    own = {
      deal: { kind: 'pipeline', pipelineId: SALES.id, pipelineName: 'Sales' },
      attributes: { deal: 'deal.id' },
      stages: [...rules().stages, { ...rules().stages[0]!, pipelineId: 9, event: 'service_won' }],
    };
    const sent = async () => {
      const { rows } = await sql<{ deal: number }>`
        select payload->'attributes'->'deal' as deal from actions where connection = ${name} and kind = 'identify'
        order by id
      `.execute(database.db);
      return rows.map((row) => row.deal);
    };
    const service = (): StagepostEvent => ({ ...won(7002), to: { pipelineId: 9, stageId: 142 } }) as never;
    putDeal(DEAL, [501]);
    putDeal(7002, [501], { stage: { pipelineId: 9, stageId: 142 } });
    putContact(501, 'Ann', [ANN]);
    await happens(won());
    await happens(service());
    expect((await last()).warnings).toEqual([
      'The attributes of ann@acme.example come from deal 7001, an open deal of the pipeline Sales (person.deal).',
    ]);
    putDeal(DEAL, [501], { isClosed: true });
    await happens(service());
    expect(await sent()).toEqual([DEAL, DEAL, 7002]);
  });

  it('a person from before keys were introduced keeps the record, and gets names as they are seen', async () => {
    await sql`
      insert into persons (connection, person, email, contact_id, deal_id, attributes, updated_at)
      values (${name}, ${ANN}, ${ANN}, 501, ${DEAL}, '{"first_name":"Ann"}', 1)
    `.execute(database.db);
    await sql`
      insert into person_deals (connection, person, deal_id, linked_at) values (${name}, ${ANN}, ${DEAL}, 1)
    `.execute(database.db);
    putDeal(DEAL, [501]);
    putContact(501, 'Ann', ['ann@new.example']);
    await happens(of('contact_changed', 501));
    expect(await people()).toEqual([
      { person: ANN, identifier: 'ann@new.example', email: 'ann@new.example' },
    ]);
    await actions();
    await happens(report('email_opened', ANN));
    expect(await actions()).toEqual(['note on 7001: Ann opened']);
  });

  describe('what a deal shows when its people change without a stage change', () => {
    const changed = (dealId: number): StagepostEvent => ({ kind: 'deal_changed', dealId, occurredAt: clock });
    beforeEach(async () => {
      putDeal(DEAL, [501], { updatedAt: T });
      putDeal(7002, [502], { updatedAt: T });
      putContact(501, 'Ann', [ANN]);
      putContact(502, 'Bo', [BO]);
      await happens(won(), won(7002));
      await happens(report('email_unsubscribed', BO));
      await actions();
    });

    it('is what a client who is linked later has opted out of', async () => {
      putDeal(DEAL, [501, 502]);
      await happens(changed(DEAL));
      expect(await actions()).toContain('set_field on 7001: unsubscribed');
      await happens(changed(DEAL));
      expect(await actions()).toEqual([]);
    });

    it('is what a client has opted out of who is linked to a deal of nobody, once the events log names the contact', async () => {
      putDeal(7009, [502]);
      await happens(changed(7009));
      expect(await actions()).toEqual([]);
      const linked = (contactId: number) => ({
        ...{ id: `l${contactId}`, kind: 'deal_changed' as const, subject: 7009, at: clock, contactId },
      });
      const found = await unreportedChanges(database.db, name, [linked(502), linked(599)], {
        now: clock,
      });
      expect(found.map(({ event }) => event)).toEqual([{ ...changed(7009), linkedContact: 502 }]);
      await happens(...found.map(({ event }) => event));
      expect(await actions()).toContain('set_field on 7009: unsubscribed');
      expect(await unreportedChanges(database.db, name, [linked(502)], { now: clock })).toEqual([]);
    });

    it('takes as many statements for forty changed deals as for two', async () => {
      const ids = Array.from({ length: 42 }, (_, index) => 8000 + index);
      const write = (firstName: string) => {
        for (const id of ids) putContact(id, firstName, [`p${id}@acme.example`]);
      };
      for (const id of ids) putDeal(id, [id]);
      write('Cy');
      await happens(...ids.map(won));
      write('Di');
      const forTwo = await statementsOf(() => happens(...ids.slice(0, 2).map(changed)));
      const forForty = await statementsOf(() => happens(...ids.slice(2).map(changed)));
      expect((await actions()).length).toBeGreaterThan(3 * 42);
      expect(forForty).toBe(forTwo);
    });

    it('is only the main contact’s state, where only main contacts are sent', async () => {
      own = { contacts: 'main' };
      putDeal(DEAL, [501, 502]);
      await happens(changed(DEAL));
      expect(await actions()).toEqual([]);
      putDeal(DEAL, [502, 501]);
      await happens(changed(DEAL));
      expect(await actions()).toContain('set_field on 7001: unsubscribed');
    });

    it('moves with a contact who moves to another deal, and leaves the deal that has nobody', async () => {
      putDeal(DEAL, [501, 502]);
      putDeal(7002, []);
      await happens(changed(7002), changed(DEAL));
      expect((await actions()).filter((text) => text.startsWith('set_field'))).toEqual([
        'set_field on 7002: ',
        'set_field on 7001: unsubscribed',
      ]);
    });
  });

  /** Histories of three contacts and three deals, with reports in between, whatever is read of them and when. */
  const CONTACTS = [501, 502, 503];
  const DEALS = [7001, 7002, 7003];
  const ADDRESSES = [ANN, BO, 'cy@acme.example', 'di@acme.example'];
  const history = fc.array(
    fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ do: fc.constant('report' as const), email: fc.constantFrom(...ADDRESSES) }),
      },
      {
        weight: 2,
        arbitrary: fc.record({
          ...{ do: fc.constant('link' as const), deal: fc.constantFrom(...DEALS), isClosed: fc.boolean() },
          ...{ on: fc.uniqueArray(fc.constantFrom(...CONTACTS), { maxLength: 2 }), isReported: fc.boolean() },
        }),
      },
      fc.record({
        ...{ do: fc.constant('write' as const), contact: fc.constantFrom(...CONTACTS) },
        ...{
          emails: fc.uniqueArray(fc.constantFrom(...ADDRESSES), { maxLength: 2 }),
          isReported: fc.boolean(),
        },
      }),
      fc.record({
        ...{ do: fc.constant('merge' as const), contact: fc.constantFrom(...CONTACTS) },
        ...{ into: fc.constantFrom(...CONTACTS), isReported: fc.boolean() },
      }),
      fc.record({
        do: fc.constantFrom('deleteDeal' as const, 'move' as const),
        deal: fc.constantFrom(...DEALS),
      }),
    ),
    { minLength: 4, maxLength: 16 },
  );
  type Step = typeof history extends fc.Arbitrary<(infer One)[]> ? One : never;

  /** Plays a history. @returns the wrong notes, and the reports that are lost at its end */
  async function play(steps: Step[], identifyBy: Rules['identifyBy']): Promise<string[]> {
    name = `c${runs++}`;
    deals = new Map();
    contacts = new Map();
    own = { identifyBy };
    await takeLease(database.db, name, 'test');
    /** Every address that a contact, or one that was merged into it, has had. */
    const had = new Map<number, Set<string>>(CONTACTS.map((id) => [id, new Set()]));
    const put = (id: number, emails: string[]) => {
      putContact(id, `C${id}`, emails);
      for (const email of emails) had.get(id)!.add(email);
    };
    const relink = () => {
      for (const [id, { emails }] of contacts) putContact(id, `C${id}`, emails);
    };
    const faults: string[] = [];
    const check = async (step: Step) => {
      const { rows } = await sql<{ deal_id: number; email: string }>`
        select a.deal_id, e.payload->'person'->>'email' as email from actions a join events e on e.id = a.event_id
        where a.connection = ${name} and a.kind = 'note' and e.kind = 'mail_report' and a.id > ${seen}
      `.execute(database.db);
      await actions();
      for (const { deal_id, email } of rows) {
        const on = deals.get(deal_id)?.contactIds ?? [];
        if (!on.some((id) => had.get(id)!.has(email)))
          faults.push(`${email} on ${deal_id} with ${on.join()} after ${JSON.stringify(step)}`);
      }
    };
    for (const [index, id] of CONTACTS.entries()) put(id, [ADDRESSES[index]!]);
    for (const step of steps) {
      const events: StagepostEvent[] = [];
      if (step.do === 'report')
        events.push(report('email_opened', step.email, { id: identifyBy === 'email' ? step.email : null }));
      if (step.do === 'link') {
        putDeal(
          step.deal,
          step.on.filter((id) => contacts.has(id)),
          { isClosed: step.isClosed, updatedAt: clock },
        );
        if (step.isReported) events.push({ kind: 'deal_changed', dealId: step.deal, occurredAt: clock });
      }
      if (step.do === 'write' && contacts.has(step.contact)) {
        put(step.contact, step.emails);
        if (step.isReported) events.push(of('contact_changed', step.contact));
      }
      if (
        step.do === 'merge' &&
        step.contact !== step.into &&
        contacts.has(step.contact) &&
        contacts.has(step.into)
      ) {
        const [from, into] = [contacts.get(step.contact)!, contacts.get(step.into)!];
        contacts.delete(step.contact);
        for (const email of had.get(step.contact)!) had.get(step.into)!.add(email);
        for (const one of deals.values())
          one.contactIds = [...new Set(one.contactIds.map((id) => (id === step.contact ? step.into : id)))];
        put(step.into, [...new Set([...into.emails, ...from.emails])]);
        if (step.isReported)
          events.push(of('contact_deleted', step.contact), of('contact_merged', step.into));
      }
      if (step.do === 'deleteDeal' && deals.delete(step.deal))
        events.push({ kind: 'deal_deleted', dealId: step.deal, occurredAt: clock });
      if (step.do === 'move' && deals.has(step.deal)) events.push(won(step.deal));
      relink();
      if (events.length > 0) await happens(...events);
      await check(step);
    }
    await happens(...[...deals.keys()].map((id) => won(id)));
    clock += DAY;
    await plan();
    const { rows } = await sql<{ email: string; state: string; reason: string | null }>`
      select payload->'person'->>'email' as email, state, reason from events
      where connection = ${name} and kind = 'mail_report' and state <> 'planned'
    `.execute(database.db);
    for (const { email, state, reason } of rows) {
      const on = [...deals.values()].filter(({ contactIds }) =>
        contactIds.some((id) => contacts.get(id)?.emails.includes(email)),
      );
      if (on.length > 0)
        faults.push(`${email} is ${state}, though on ${on.map(({ id }) => id).join()}: ${reason}`);
    }
    return faults;
  }

  it.each(['email', 'contact_id'] as const)(
    'after any history no report is lost, or told on a deal that its person is not on, identified by %s',
    async (identifyBy) => {
      // Both databases answer alike, and a run on the server takes less processor time.
      const numRuns = Number(process.env.STAGEPOST_FUZZ_RUNS ?? (kind === 'embedded' ? 1 : 5));
      const check = async (steps: Step[]) => {
        expect(await play(steps, identifyBy)).toEqual([]);
      };
      await fc.assert(fc.asyncProperty(history, check), { numRuns });
    },
    600_000,
  );
});
