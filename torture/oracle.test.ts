import { describe, expect, it } from 'vitest';
import { wrongProfiles } from './backfills.ts';
import { type Actual, compare } from './compare.ts';
import type {
  ContactState,
  DealState,
  ManagerEdit,
  Observed,
  ObservedMail,
  ObservedMerge,
  ObservedMove,
  ObservedReport,
} from './observed.ts';
import { judge } from './oracle.ts';
import { createPeople } from './people.ts';

const START = 1_700_000_000_000;
const ANN = 'ann@example.com';
const BOB = 'bob@example.com';
const WON = 142;
const DEMO = 12345678;
const NO_RULE = 12345677;

const second = (number: number) => START + number * 1000;
const move = (stageId: number, at: number, part: Partial<ObservedMove> = {}): ObservedMove => ({
  dealId: 5,
  stageId,
  at: second(at),
  reportedAt: second(at) + 100,
  isCreation: false,
  ...part,
});
const deal = (at: number, contactIds: number[], part: Partial<DealState> = {}): DealState => ({
  dealId: 5,
  at: second(at),
  contactIds,
  isOpen: true,
  isDeleted: false,
  ...part,
});
const contact = (contactId: number, firstName: string, addresses: string[], at = -10): ContactState => ({
  contactId,
  at: second(at),
  firstName,
  addresses,
});
const report = (name: string, at: number, part: Partial<ObservedReport> = {}): ObservedReport => ({
  name,
  address: ANN,
  recipient: ANN,
  deliveryId: 'd1',
  isMachine: false,
  at: START / 1000 + at,
  acceptedAt: second(at) + 100,
  subject: 'Hello',
  href: 'https://example.com/',
  failureMessage: 'full',
  topics: null,
  ...part,
});
const merge = (part: Partial<ObservedMerge> = {}): ObservedMerge => ({
  survivorId: 1,
  goneId: 2,
  at: second(5),
  reportedAt: second(6),
  ...part,
});
const edit = (wish: ManagerEdit['wish'], at: number, part: Partial<ManagerEdit> = {}): ManagerEdit => ({
  wish,
  dealId: 5,
  contactId: 1,
  at: second(at),
  reportedAt: second(at) + 100,
  ...part,
});
const mail = (at: number, part: Partial<ObservedMail> = {}): ObservedMail => ({
  recipient: ANN,
  event: 'demo_scheduled',
  at: second(at),
  eventAt: second(at),
  ...part,
});

const ann = contact(1, 'Ann', [ANN]);
const bob = contact(2, 'Bob', [BOB]);
const observed = (part: Partial<Observed> = {}): Observed => ({
  moves: [],
  dealStates: [deal(-5, [1])],
  contactStates: [ann, bob],
  merges: [],
  reports: [],
  mails: [],
  managerEdits: [],
  ...part,
});
const verdict = (part: Partial<Observed>, optInFromCrm = false) =>
  judge(observed(part), { inactiveAfterMs: 40_000, optInFromCrm });
const counts = (part: Partial<Observed>) =>
  verdict(part).effects.map(({ kind, what, least, most }) => [kind, what, least, most]);
const placesOf = (part: Partial<Observed>) =>
  verdict(part).effects.map(({ deals, people }) => [[...deals], [...people]]);

describe('the oracle of moves', () => {
  it('expects an event and a note of each move into a stage with a rule, and nothing of others', () => {
    const moves = [move(NO_RULE, 0), move(DEMO, 5), move(NO_RULE, 9), move(DEMO, 14)];
    expect(counts({ moves })).toEqual([
      ['event', 'demo_scheduled (deal 5)', 2, 2],
      ['note', 'launch of demo_scheduled (deal 5)', 2, 2],
    ]);
  });

  it('expects them of a contact that is linked later, and of none where there is never one', () => {
    const late = { moves: [move(DEMO, 0)], dealStates: [deal(-5, []), deal(4, [1])] };
    expect(counts(late)[0]).toEqual(['event', 'demo_scheduled (deal 5)', 1, 1]);
    expect(placesOf(late)[0]).toEqual([[5], [1]]);
    expect(counts({ moves: [move(DEMO, 0)], dealStates: [deal(-5, [])] })[0]?.[2]).toBe(0);
  });

  it('lets either client get the event where the main contact was replaced afterwards, and only the new one else', () => {
    const moves = [move(DEMO, 0)];
    expect(placesOf({ moves, dealStates: [deal(-5, [1]), deal(4, [2])] })[0]).toEqual([[5], [1, 2]]);
    expect(placesOf({ moves, dealStates: [deal(-5, [1]), deal(-3, [2])] })[0]).toEqual([[5], [2]]);
  });

  it('takes contacts that were merged for one person', () => {
    const states = { dealStates: [deal(-5, [2]), deal(5, [1])], merges: [merge()] };
    expect(placesOf({ moves: [move(DEMO, 0)], ...states })[0]).toEqual([[5], [1]]);
  });

  it('does not insist on a creation that no webhook reported, unless the deal has moved', () => {
    const created = move(DEMO, 0, { isCreation: true, reportedAt: null });
    expect(counts({ moves: [created] })[0]?.[2]).toBe(0);
    expect(counts({ moves: [created, move(NO_RULE, 5)] })[0]?.[2]).toBe(1);
  });

  it('expects nothing of a deal that was in its stage before the first start, until it moves', () => {
    const earlier = move(DEMO, 0, { isCreation: true, reportedAt: null, isEarlier: true });
    expect(counts({ moves: [earlier] })).toEqual([]);
    expect(counts({ moves: [earlier, move(NO_RULE, 5), move(DEMO, 9)] })[0]).toEqual([
      'event',
      'demo_scheduled (deal 5)',
      1,
      1,
    ]);
  });

  it.each([
    ['nothing is opened', [], 1, 1],
    ['an email is opened', [report('email_opened', 5)], 0, 0],
    ['only a machine opens one', [report('email_opened', 5, { isMachine: true })], 1, 1],
    ['an open is reported too late', [report('email_opened', 5, { acceptedAt: second(60) })], 0, 1],
    ['the open came before', [report('email_opened', -5)], 1, 1],
  ] as const)('expects the task for silence after a won deal where %s', (_why, reports, least, most) => {
    const silent = counts({ moves: [move(WON, 0)], reports: [...reports] }).filter(([, what]) =>
      /No onboarding|inactive/.test(String(what)),
    );
    expect(silent.map((effect) => effect.slice(2))).toEqual([
      [least, most],
      [least, most],
    ]);
  });

  it('asks for the order of two moves only where the first was told before the second happened, of one client', () => {
    const orders = (part: Partial<Observed>) => verdict(part).orders.length;
    expect(orders({ moves: [move(DEMO, 0), move(WON, 5)] })).toBe(1);
    expect(orders({ moves: [move(DEMO, 0, { reportedAt: null }), move(WON, 5)] })).toBe(0);
    expect(orders({ moves: [move(DEMO, 0, { reportedAt: second(9) }), move(WON, 5)] })).toBe(0);
    const dealStates = [deal(-5, [1]), deal(3, [2])];
    expect(orders({ moves: [move(DEMO, 0), move(WON, 5)], dealStates })).toBe(0);
  });
});

describe('the oracle of reports', () => {
  it('expects one note for a message’s first open by a person, and one for each click', () => {
    const reports = [
      report('email_opened', 5, { isMachine: true }),
      report('email_opened', 6),
      report('email_opened', 7),
      report('email_clicked', 8),
      report('email_clicked', 9),
      report('email_clicked', 10, { isMachine: true }),
    ];
    expect(counts({ reports })).toEqual([
      ['note', 'Client opened email (Hello) [d1]', 1, 1],
      ['note', 'Clicked link in email Hello: https://example.com/ [d1]', 2, 2],
    ]);
  });

  it('allows the deals that the person was on at the time, main and open ones first', () => {
    const reports = [report('email_opened', 6)];
    const other = { dealId: 6 };
    const allowed = (dealStates: DealState[]) => placesOf({ reports, dealStates })[0]?.[0];
    expect(allowed([deal(-5, [1]), deal(-5, [1], other)])).toEqual([5, 6]);
    expect(allowed([deal(-5, [1]), deal(-5, [2, 1], other)])).toEqual([5]);
    expect(allowed([deal(-5, [1]), deal(-5, [1], { ...other, isOpen: false })])).toEqual([5]);
    expect(allowed([deal(-5, [1]), deal(2, [2]), deal(-5, [2, 1], other)])).toEqual([6]);
    expect(counts({ reports, dealStates: [deal(-5, [1]), deal(2, [2])] })).toEqual([
      ['note', 'Client opened email (Hello) [d1]', 0, 1],
    ]);
  });

  it('allows the deal of the one contact for a report of before a merge, and not for one of after it', () => {
    const contactStates = [contact(1, 'Ann', [ANN]), bob];
    const dealStates = [
      deal(-5, [1]),
      deal(-5, [2], { dealId: 6, isOpen: false }),
      deal(5, [1], { dealId: 6, isOpen: false }),
    ];
    const allowed = (at: number) => {
      const reports = [report('email_opened', at, { address: BOB, recipient: BOB })];
      return placesOf({ contactStates, dealStates, reports, merges: [merge()] })[0]?.[0];
    };
    expect(allowed(3)).toEqual([5, 6]);
    expect(allowed(8)).toEqual([5]);
  });

  it('allows the deal of the one contact after a merge, too, until a webhook has reported it', () => {
    const merges = [merge({ at: second(3), reportedAt: second(8) })];
    const dealStates = [
      deal(-5, [1], { isOpen: false }),
      deal(-5, [2], { dealId: 6 }),
      deal(3, [1], { dealId: 6 }),
    ];
    const part = { merges, dealStates, contactStates: [ann, bob] };
    const dealsAt = (at: number) => placesOf({ ...part, reports: [report('email_clicked', at)] })[0]![0];
    expect(new Set(dealsAt(5))).toEqual(new Set([5, 6]));
    expect(dealsAt(9)).toEqual([6]);
  });

  it('allows an earlier deal while Stagepost may not have read the open one yet', () => {
    const dealStates = [deal(-60, [1], { isOpen: false }), deal(-60, [1], { dealId: 6 })];
    const moves = [move(NO_RULE, -5, { dealId: 6 })];
    const dealsAt = (at: number) =>
      placesOf({ moves, dealStates, reports: [report('email_clicked', at)] })[0]![0];
    expect(new Set(dealsAt(5))).toEqual(new Set([5, 6]));
    expect(dealsAt(20)).toEqual([6]);
  });

  it('insists on a note of a merged person, also where no webhook reported the merge', () => {
    const reports = [report('email_opened', 6)];
    expect(counts({ reports, merges: [merge()] })[0]?.[2]).toBe(1);
    expect(counts({ reports, merges: [merge({ reportedAt: null })] })[0]?.[2]).toBe(1);
  });

  it('finds the person by an earlier address', () => {
    const contactStates = [ann, contact(1, 'Ann', ['ann@new.example'], 3)];
    expect(placesOf({ contactStates, reports: [report('email_opened', 6)] })[0]).toEqual([[5], [1]]);
  });
});

describe('the oracle of consent', () => {
  const fieldOf = (part: Partial<Observed>) =>
    verdict({ moves: [move(DEMO, 0)], ...part }).fields.map(({ values }) => values);
  const tasksOf = (part: Partial<Observed>) => counts(part).filter(([kind]) => kind === 'task');

  it('expects one task for one change, by whatever name, and the state on every open deal', () => {
    const names = ['email_unsubscribed', 'customer_unsubscribed', 'customer_subscribed', 'sms_unsubscribed'];
    const reports = names.map((name, index) => report(name, index * 5));
    expect(tasksOf({ reports })).toEqual([['task', expect.stringContaining('clarify preferences'), 2, 2]]);
    const dealStates = [
      deal(-5, [1]),
      deal(-5, [1], { dealId: 6 }),
      deal(-5, [1], { dealId: 7, isOpen: false }),
    ];
    expect(verdict({ reports, dealStates, moves: [move(DEMO, 0)] }).fields).toEqual([
      { dealId: 5, values: ['unsubscribed'] },
      { dealId: 6, values: ['unsubscribed', null] },
    ]);
  });

  it('shows the worst of a complaint, an opt-out and a bounce, and lets only an opt-in end the first two', () => {
    const bounced = report('email_bounced', 5);
    const optOut = report('email_unsubscribed', 10);
    const spam = report('email_spammed', 15);
    expect(fieldOf({ reports: [bounced] })).toEqual([['bounced']]);
    expect(fieldOf({ reports: [bounced, optOut] })).toEqual([['unsubscribed']]);
    expect(fieldOf({ reports: [bounced, optOut, spam, report('email_opened', 20)] })).toEqual([['spam']]);
    expect(fieldOf({ reports: [optOut, spam, report('customer_subscribed', 20)] })).toEqual([['subscribed']]);
  });

  it('forgets the bounce of an address that was corrected, and does not insist on its task', () => {
    const contactStates = [ann, contact(1, 'Ann', ['ann@new.example'], 8)];
    const reports = [report('email_bounced', 5)];
    expect(fieldOf({ contactStates, reports })).toEqual([[null]]);
    expect(tasksOf({ contactStates, reports }).map((task) => task.slice(2))).toEqual([[0, 1]]);
    expect(tasksOf({ reports }).map((task) => task.slice(2))).toEqual([[1, 1]]);
  });

  it('counts the opt-out of a merged contact, once or twice as the merge was known', () => {
    const reports = [
      report('email_unsubscribed', 3),
      report('email_unsubscribed', 9, { address: BOB, recipient: BOB }),
    ];
    const part = { reports, merges: [merge()] };
    expect(tasksOf(part).map((task) => task.slice(2))).toEqual([[1, 2]]);
    expect(fieldOf({ ...part, dealStates: [deal(-5, [2]), deal(5, [1])] })).toEqual([['unsubscribed']]);
  });

  it('counts the opt-out that a manager has set', () => {
    const managerEdits = [edit('opt_out', 3)];
    expect(fieldOf({ managerEdits })).toEqual([['unsubscribed']]);
    expect([...verdict({ managerEdits }).optedOut]).toEqual([1]);
    expect(counts({ managerEdits })).toEqual([['note', 'opt-out by a manager (person 1)', 0, 1]]);
    expect(verdict({ managerEdits, mails: [mail(9)] }).unwantedMails).toHaveLength(1);
    const soon = [report('customer_subscribed', 200)];
    expect(fieldOf({ managerEdits, reports: soon })).toEqual([['unsubscribed']]);
    expect(fieldOf({ managerEdits, reports: [report('customer_subscribed', 400)] })).toEqual([
      ['subscribed'],
    ]);
  });

  it('counts an opt-in of a manager with the option alone, and not within minutes of an opt-out', () => {
    const statesOf = (managerEdits: ManagerEdit[], optInFromCrm: boolean, reports: ObservedReport[] = []) =>
      verdict({ moves: [move(DEMO, 0)], managerEdits, reports }, optInFromCrm).fields[0]!.values;
    const late = [edit('opt_out', 3), edit('opt_in', 1_000)];
    expect(statesOf(late, false)).toContain('unsubscribed');
    expect(statesOf(late, true)).toContain('subscribed');
    expect(statesOf([edit('opt_in', 200)], true, [report('customer_unsubscribed', 3)])).toEqual([
      'unsubscribed',
    ]);
    // The report of Stagepost's own opt-in is no opt-in of the client.
    const out = (at: number) => report('customer_unsubscribed', at);
    const reports = [out(600), out(1_001), report('customer_subscribed', 1_002)];
    expect(statesOf([edit('opt_in', 1_000)], true, reports)).toContain('unsubscribed');
    const notes = (optInFromCrm: boolean) =>
      verdict({ managerEdits: [edit('opt_in', 9)] }, optInFromCrm).effects.length;
    expect([notes(false), notes(true)]).toEqual([0, 1]);
  });

  it('does not insist on a box that was unticked before it was surely read', () => {
    const box = { dealId: null };
    expect([...verdict({ managerEdits: [edit('opt_out', 3, box)] }).optedOut]).toEqual([1]);
    const managerEdits = [edit('opt_out', 3, box), edit('opt_in', 6, box)];
    expect([...verdict({ managerEdits }).optedOut]).toEqual([]);
    expect(verdict({ managerEdits, mails: [mail(9)] }).unwantedMails).toEqual([]);
  });

  it('shows an opt-out while all topics are off, though the profile gets email', () => {
    const topics = (at: number, one: boolean, two: boolean) =>
      report('customer_cio_subscription_preferences_changed', at, { topics: { topic_1: one, topic_2: two } });
    const off = [topics(3, false, true), topics(6, false, false)];
    expect(fieldOf({ reports: off })).toEqual([['unsubscribed']]);
    expect(tasksOf({ reports: off }).map((task) => task.slice(2))).toEqual([[1, 1]]);
    expect([...verdict({ reports: off }).optedOut]).toEqual([]);
    expect(fieldOf({ reports: [...off, topics(9, true, false)] })).toEqual([[null]]);
  });

  it('does not insist on a task for an opt-out that a manager may have set first', () => {
    const managerEdits = [edit('opt_out', 9, { reportedAt: null })];
    const reports = [report('email_unsubscribed', 5)];
    expect(tasksOf({ managerEdits, reports }).map((task) => task.slice(2))).toEqual([[0, 1]]);
  });

  it('expects nothing of an email that comes back for now only', () => {
    const reports = [report('email_bounced', 5, { failureMessage: '452 4.2.2 mailbox full' })];
    expect(counts({ reports })).toEqual([]);
  });

  it('blames nobody for an email between an opt-in at Customer.io and its undoing for a manager’s opt-out', () => {
    const managerEdits = [edit('opt_out', 3)];
    const unwanted = (...reports: ObservedReport[]) =>
      verdict({ managerEdits, reports, mails: [mail(9)] }).unwantedMails.length;
    expect(unwanted(report('customer_subscribed', 2))).toBe(1);
    expect(unwanted(report('customer_subscribed', 6))).toBe(0);
    expect(unwanted(report('customer_subscribed', 6), report('customer_unsubscribed', 8))).toBe(1);
  });

  it('finds campaign emails to somebody who had opted out before the move', () => {
    const unwanted = (part: Partial<Observed>) => verdict(part).unwantedMails.length;
    const reports = [report('customer_unsubscribed', 3)];
    expect(unwanted({ reports, mails: [mail(9)] })).toBe(1);
    expect(unwanted({ reports, mails: [mail(9, { eventAt: second(2) })] })).toBe(0);
    expect(unwanted({ reports: [...reports, report('customer_subscribed', 6)], mails: [mail(9)] })).toBe(0);
    const changed = [ann, contact(1, 'Ann', ['ann@new.example'], 5)];
    expect(
      unwanted({ reports, contactStates: changed, mails: [mail(9, { recipient: 'ann@new.example' })] }),
    ).toBe(1);
    const other = [mail(9, { recipient: BOB })];
    expect(unwanted({ reports, mails: other })).toBe(0);
    expect(unwanted({ reports, mails: other, merges: [merge()] })).toBe(1);
    expect(unwanted({ reports, mails: other, merges: [merge({ reportedAt: null })] })).toBe(0);
  });
});

describe('the comparison', () => {
  const DEMO_NOTE = 'launch of demo_scheduled (deal 5)';
  const WON_NOTE = 'launch of deal_won (deal 5)';
  const OPENED = 'Client opened email (Hello) [d1]';
  const expected = verdict({ moves: [move(DEMO, 0), move(WON, 5)], reports: [report('email_opened', 6)] });
  const effect = (kind: 'event' | 'note', what: string, part = {}) => ({
    kind,
    what,
    dealId: 5,
    person: kind === 'event' ? 1 : null,
    ...part,
  });
  const effects = [
    effect('event', 'demo_scheduled (deal 5)'),
    effect('event', 'deal_won (deal 5)'),
    effect('note', DEMO_NOTE),
    effect('note', WON_NOTE),
    effect('note', OPENED),
  ];
  const demo = { name: 'demo_scheduled', at: START / 1000 };
  const won = { name: 'deal_won', at: START / 1000 + 5 };
  const actual = (part: Partial<Actual> = {}): Actual => ({
    effects,
    events: new Map([[5, [demo, won]]]),
    notes: new Map([[5, [DEMO_NOTE, WON_NOTE, OPENED]]]),
    fields: new Map(),
    profiles: [{ person: 1, address: ANN, isCurrent: true, isUnsubscribed: false }],
    ...part,
  });

  it('finds nothing wrong where all is there once', () => {
    const { expected: count, ...wrong } = compare(expected, actual());
    expect(count).toBe(5);
    expect(Object.values(wrong).flat()).toEqual([]);
  });

  it('finds what is missing, what is there twice, and what nobody expects', () => {
    const changed = [...effects.slice(0, 4), effect('note', DEMO_NOTE), effect('note', 'Boo')];
    const found = compare(expected, actual({ effects: changed }));
    expect(found.lost).toEqual([expect.stringContaining(OPENED)]);
    expect(found.doubled).toEqual([expect.stringContaining(DEMO_NOTE)]);
    expect(found.strange).toEqual([expect.stringContaining('Boo')]);
  });

  it('finds what is on a deal, or about a person, whom it has nothing to do with', () => {
    const changed = [
      effect('event', 'demo_scheduled (deal 5)', { person: 2 }),
      ...effects.slice(1, 4),
      effect('note', OPENED, { dealId: 6 }),
    ];
    expect(compare(expected, actual({ effects: changed })).misplaced).toHaveLength(2);
  });

  it('finds events and notes that stand in the wrong order', () => {
    const wrongOrder = compare(expected, actual({ events: new Map([[5, [won, demo]]]) })).outOfOrder;
    expect(wrongOrder).toEqual(['deal 5: deal_won before demo_scheduled']);
    const notes = new Map([[5, [WON_NOTE, DEMO_NOTE, OPENED]]]);
    expect(compare(expected, actual({ notes })).outOfOrder).toHaveLength(1);
  });

  it('finds a field that has another value', () => {
    const fields = new Map([[5, 'subscribed']]);
    expect(compare(expected, actual()).wrongFields).toEqual([]);
    expect(compare(expected, actual({ fields })).wrongFields).toEqual([
      'deal 5: subscribed instead of empty',
    ]);
  });

  it('finds profiles that get email after the opt-out, and people with two profiles', () => {
    const optedOut = verdict({ reports: [report('customer_unsubscribed', 3)] });
    const [profile] = actual().profiles;
    const old = { ...profile!, address: 'old@example.com', isCurrent: false, isUnsubscribed: true };
    const found = compare(optedOut, actual({ profiles: [profile!, old] }));
    expect(found.openProfiles).toEqual([`${ANN} of person 1`]);
    expect(found.severalProfiles).toHaveLength(1);
  });
});

describe('the profiles of a backfill', () => {
  const profile = (part: object = {}) => ({
    email: ANN,
    attributes: { kommo_deal_id: 5, plan: 'Pro', deal_amount: 100 },
    events: [],
    ...part,
  });
  const wrong = (...profiles: object[]) =>
    wrongProfiles(
      [5],
      { kommo: { deal: () => ({ price: 100 }) }, customerio: { people: () => profiles } } as never,
      observed(),
      createPeople(observed()),
    );

  it('exist once for each client, with the values of the deal and without events', () => {
    const client = 'the client of deal 5 (ann@example.com)';
    expect(wrong(profile())).toEqual([]);
    expect(wrong()).toEqual([`${client} has 0 profiles`]);
    expect(wrong(profile(), profile())).toEqual([`${client} has 2 profiles`]);
    expect(wrong(profile({ events: [{ name: 'deal_won' }] }))).toEqual([`${client} has the event deal_won`]);
    expect(wrong(profile({ attributes: { kommo_deal_id: 5, plan: 'Pro', deal_amount: 7 } }))).toEqual([
      `${client} has the amount 7`,
    ]);
  });
});
