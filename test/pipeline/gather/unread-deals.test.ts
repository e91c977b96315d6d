import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Rules } from '../../../src/domain/rules/rules.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { openTestDatabase } from '../../support/databases.ts';
import { mailReport, rules } from '../../support/entities.ts';
import { createPlanningRig, edited, moved, type PlanningRig, T } from '../../support/planning-rig.ts';

const [OPENED, UNSUBSCRIBED] = rules().reactions as [Rules['reactions'][number], Rules['reactions'][number]];

/** Contact 9 has the address ann@example.com and is on deal 5, as Kommo's list says at second 0. */
const ANN = { contactId: 9, addresses: ['ann@example.com'], dealIds: [5] };

function report(reportId: string, part: Parameters<typeof mailReport>[0] = {}) {
  const person = { id: null, email: 'ann@example.com', cioId: null };
  const values = { subject: 'News' };
  return mailReport({ reportId, deliveryId: reportId, person, occurredAt: T + 1, values, ...part });
}

describe('the deal of a report about somebody whom Stagepost has never sent', () => {
  let database: Database;
  let rig: PlanningRig;
  beforeAll(async () => {
    database = await openTestDatabase('postgres');
  });
  afterAll(() => database.close());

  async function listed(entries = [ANN]): Promise<PlanningRig> {
    rig = await createPlanningRig(database);
    for (const { contactId, dealIds, addresses } of entries) {
      rig.putContact(contactId, addresses[0]!);
      for (const dealId of dealIds) rig.putDeal(dealId, [contactId]);
    }
    await rig.listContacts(entries, 0);
    return rig;
  }

  const links = () =>
    database.db
      .selectFrom('person_deals')
      .select(['deal_id', 'contact_id', 'role', 'until'])
      .where('connection', '=', rig.name)
      .execute();

  it('is not read for a note, whose person is linked to it all the same', async () => {
    await listed();
    await rig.store([report('r1'), report('r2')]);
    await rig.plan(2);
    expect(rig.read).toEqual([]);
    expect(await rig.sent()).toEqual(['Client opened email (News)', 'Client opened email (News)']);
    expect(await links()).toEqual([{ deal_id: 5, contact_id: 9, role: 'main', until: null }]);
  });

  it('is not read for any of 250 notes', async () => {
    const entries = Array.from({ length: 250 }, (_, n) => ({
      ...{ contactId: 1_000 + n, addresses: [`n${n}@example.com`], dealIds: [2_000 + n] },
    }));
    await listed(entries);
    const person = (n: number) => ({ id: null, email: `n${n}@example.com`, cioId: null });
    await rig.store(entries.map((_, n) => report(`n${n}`, { person: person(n) })));
    await rig.plan(2);
    expect(rig.read).toEqual([]);
    expect(await rig.sent()).toHaveLength(250);
  });

  it.each<[why: string, scene: () => Promise<unknown>, own: Partial<Rules>]>([
    ['the contact has another one', () => listed([{ ...ANN, dealIds: [5, 6] }]), {}],
    [
      'another contact has the address, and a deal of its own',
      () => listed([ANN, { ...ANN, contactId: 10, dealIds: [6] }]),
      {},
    ],
    ['the text uses it', listed, { reactions: [{ ...OPENED, note: 'Opened: {{ deal.name }}' }] }],
    ['the text uses its contact', listed, { reactions: [{ ...OPENED, note: '{{ contact.name }} opened' }] }],
    [
      'there is a task, whose person in charge is the deal’s',
      listed,
      { reactions: [{ ...OPENED, task: UNSUBSCRIBED.task }] },
    ],
    ['it gets a field', listed, { reactions: [{ ...OPENED, fields: { email_status: 'opened' } }] }],
    ['it gets a tag', listed, { reactions: [{ ...OPENED, tags: { add: ['opened'], remove: [] } }] }],
  ])('is read where %s', async (_why, scene, own) => {
    await scene();
    await rig.store([report('r1')]);
    await rig.plan(2, own);
    expect(rig.read).toHaveLength(1);
    expect(rig.read[0]).toContain(5);
  });

  it('is read where Kommo has reported something about it since it was listed', async () => {
    await listed();
    rig.removeDeal(5);
    await rig.store([edited(5, 1)]);
    await rig.plan(1);
    await rig.store([report('r1')]);
    await rig.plan(2);
    expect(rig.read).toEqual([[5]]);
    expect(await rig.sent()).toEqual([]);
  });

  it('is judged as it was read where another event of the batch needs it', async () => {
    await listed();
    rig.removeDeal(5);
    await rig.store([moved(5, -10)], -1);
    await rig.store([report('r1')]);
    await rig.plan(2);
    expect(rig.read).toEqual([[5]]);
    expect(await rig.sent()).toEqual([]);
  });

  it('is read where the person has opted out, which the deal must show', async () => {
    const days = 86_400;
    await listed([]);
    await rig.store([report('u1', { name: 'email_unsubscribed' })], 0);
    await rig.plan(1);
    // The opt-out itself is too old to be planned again when the contact appears.
    rig.putContact(9, 'ann@example.com');
    rig.putDeal(5, [9]);
    await rig.listContacts([ANN], 8 * days);
    await rig.store([report('r1')], 8 * days + 1);
    await rig.plan(8 * days + 2);
    expect(rig.read).toEqual([[5]]);
  });
});
