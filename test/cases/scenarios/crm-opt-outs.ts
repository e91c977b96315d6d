import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  BO,
  BOS,
  bo,
  byContactId,
  contact,
  DEAL,
  deal,
  identifyBySdk,
  keep,
  move,
  neighboursUntil,
  noteTexts,
  personReport,
  SECOND,
  stages,
  statuses,
  statusOf,
  step,
  T,
  THIRD,
  taskTexts,
} from './common.ts';

/** Opt-outs that somebody sets in Kommo, and what comes back of them. */

const MARIA = { userId: 8_375_359 };

const scenario = neighboursUntil(T + 1_500, T + 2_000);

const set = (at: number, email_status: string | null, id = DEAL) =>
  step(at, ({ kommo }) => kommo.updateDeal(id, { fields: { email_status }, ...MARIA }));

const two = ({ kommo }: Scene): void =>
  kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact()] });

const isUnsubscribed = ({ customerio }: Scene, name = ANNS) => customerio.person(name)?.unsubscribed;

const optIn = (connection: ConnectionYaml) => {
  connection.consent = { opt_in_from_crm: 'on' };
};

export const crmOptOuts: Scenario[] = [
  scenario(
    '33',
    'an opt-out that a manager sets goes to Customer.io, shows on the other deal, and is nobody’s task',
    [set(T, 'unsubscribed'), personReport(T + 5, 'unsubscribed', ANNS, { objectType: 'customer' })],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']);
      expect([...taskTexts(scene), ...taskTexts(scene, SECOND)]).toEqual([]);
    },
    { setUp: two },
  ),
  scenario(
    '33',
    'with contact ids the same',
    [set(T, 'unsubscribed')],
    (scene) => {
      expect(isUnsubscribed(scene, '501')).toBe(true);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']);
    },
    { setUp: two, config: byContactId },
  ),
  scenario(
    '33',
    'an opt-out by the manager on a deal that is moved in the same edit: unsubscribed, and the event says so',
    [
      step(T, ({ kommo }) =>
        kommo.updateDeal(DEAL, {
          stageId: stages.onboarding,
          fields: { email_status: 'unsubscribed' },
          ...MARIA,
        }),
      ),
    ],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(noteTexts(scene).some((text) => text.includes('gets no email'))).toBe(true);
    },
  ),
  scenario(
    '33',
    'an opt-out on a deal whose client is in no campaign yet comes with the first event',
    [set(T, 'unsubscribed', SECOND), move(T + 300, stages.demo, SECOND)],
    (scene) => {
      expect(isUnsubscribed(scene, BOS)).toBe(true);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['', 'unsubscribed']);
    },
    {
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: SECOND, contacts: [BO] })], contacts: [contact(), bo] }),
    },
  ),
  scenario(
    '33',
    'a deal is created with the opt-out filled in, as an import does',
    [
      step(T, ({ kommo }) =>
        kommo.createDeal({
          id: THIRD,
          name: 'Import',
          contactIds: [BO],
          stageId: stages.demo,
          fields: { email_status: 'unsubscribed' },
          ...MARIA,
        }),
      ),
    ],
    (scene) => {
      expect(isUnsubscribed(scene, BOS)).toBe(true);
      expect(statuses(scene, THIRD)).toEqual(['unsubscribed']);
    },
    { setUp: ({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact(), bo] }) },
  ),
  scenario(
    '33',
    'a deal is created with the opt-out of a client who is on another deal already',
    [
      step(T, ({ kommo }) =>
        kommo.createDeal({
          id: THIRD,
          name: 'Second',
          contactIds: [ANN],
          fields: { email_status: 'unsubscribed' },
          ...MARIA,
        }),
      ),
    ],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statuses(scene, DEAL, THIRD)).toEqual(['unsubscribed', 'unsubscribed']);
    },
  ),
  scenario(
    '33',
    'a manager clears the opt-out of the client: it is set back, nobody is subscribed, and the trace says why',
    [personReport(T - 900, 'unsubscribed', ANNS), set(T, null)],
    async (scene) => {
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(await scene.trace(DEAL)).toMatch(/opt_in_from_crm/);
      expect(taskTexts(scene)).toHaveLength(1);
    },
  ),
  scenario(
    '33',
    'a manager sets the opt-out to subscribed: it is set back',
    [personReport(T - 900, 'unsubscribed', ANNS), set(T, 'subscribed')],
    (scene) => expect(statusOf(scene)).toBe('unsubscribed'),
  ),
  scenario(
    '33',
    'with opt_in_from_crm a manager takes back what a manager has set: subscribed on both sides, and on both deals',
    [set(T - 900, 'unsubscribed'), set(T, null)],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(false);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['subscribed', 'subscribed']);
    },
    { setUp: two, config: optIn },
  ),
  scenario(
    '33',
    'with opt_in_from_crm the opt-out is taken back on the other deal than it was set on',
    [set(T - 900, 'unsubscribed'), set(T, 'subscribed', SECOND)],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(false);
      expect(statuses(scene, DEAL, SECOND).filter((status) => status === 'unsubscribed')).toEqual([]);
    },
    { setUp: two, config: optIn },
  ),
  scenario(
    '33',
    'an integration takes an opt-out back: it is set back, also with opt_in_from_crm',
    [
      set(T - 900, 'unsubscribed'),
      step(T, ({ kommo }) => kommo.updateDeal(DEAL, { fields: { email_status: null }, userId: 0 })),
    ],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statusOf(scene)).toBe('unsubscribed');
    },
    { config: optIn },
  ),
  scenario(
    '33',
    'the client opts out a minute after the manager has opted the client in again: the opt-out holds',
    [
      set(T - 900, 'unsubscribed'),
      set(T, null),
      step(T + 60, (scene) => identifyBySdk(scene, ANNS, { unsubscribed: true })),
      personReport(T + 60, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statusOf(scene)).toBe('unsubscribed');
    },
    { config: optIn },
  ),
  scenario(
    '33',
    'a complaint that a manager enters is an opt-out from everything',
    [set(T, 'spam')],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['spam', 'spam']);
    },
    { setUp: two },
  ),
  scenario('33', 'a bounce that a manager enters by hand opts nobody out', [set(T, 'bounced')], (scene) =>
    expect(isUnsubscribed(scene)).toBe(false),
  ),
  scenario(
    '33',
    'with from_crm: off the field is the account’s own affair',
    [set(T, 'unsubscribed')],
    (scene) => expect(isUnsubscribed(scene)).toBe(false),
    {
      config(connection) {
        connection.consent = { from_crm: 'off' };
      },
    },
  ),
  scenario(
    '33',
    'with topics the manager’s opt-out switches those off, and what Customer.io reports of it changes nothing',
    [set(T, 'unsubscribed')],
    (scene) => {
      const person = scene.customerio.person(ANNS)!;
      expect(person.unsubscribed).toBe(false);
      expect(person.topics).toMatchObject({ topic_1: false, topic_2: false });
      expect(taskTexts(scene)).toEqual([]);
    },
    {
      config(connection) {
        connection.consent = { topics: ['topic_1', 'topic_2'] };
      },
    },
  ),
  scenario(
    '33',
    'an opt-out on a closed deal counts for the open one',
    [move(T - 1_800, stages.lost), set(T, 'unsubscribed')],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statuses(scene, SECOND)).toEqual(['unsubscribed']);
    },
    { setUp: two },
  ),
  scenario(
    '33',
    'the client’s email changes after the manager’s opt-out: the new profile is unsubscribed',
    [set(T - 900, 'unsubscribed'), step(T, ({ kommo }) => kommo.updateContact(ANN, { email: BOS }))],
    (scene) => expect(isUnsubscribed(scene, BOS)).toBe(true),
    {
      config(connection) {
        delete connection.customerio.app_key;
      },
    },
  ),
  scenario(
    '33',
    'an opt-out of which Kommo sends no webhook is found with the next stage change',
    [
      step(T, ({ kommo }) => {
        const { destination } = kommo.hooks()[0]!;
        kommo.disableHook(destination);
        kommo.updateDeal(DEAL, { fields: { email_status: 'unsubscribed' }, ...MARIA });
        kommo.enableHook(destination);
      }),
      move(T + 300, stages.onboarding),
    ],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statusOf(scene)).toBe('unsubscribed');
    },
  ),
  scenario(
    '33',
    'while Customer.io cannot be reached an opt-out waits, and an event after it goes out behind it',
    [
      step(T - 10, (scene) => {
        scene.customerio.faults.add({ kind: 'status', status: 503, match: { path: /./ } });
        scene.blocked = true;
      }),
      set(T, 'unsubscribed'),
      step(T + 60, (scene) => {
        scene.customerio.faults.clear();
        scene.blocked = false;
      }),
      keep(T + 600, 'out', isUnsubscribed),
    ],
    (scene) => expect(scene.seen.out).toBe(true),
  ),
  scenario(
    '33',
    'a box of the contact opts out on both deals',
    [step(T, ({ kommo }) => kommo.updateContact(ANN, { fields: { 'No email': true }, ...MARIA }))],
    (scene) => {
      expect(isUnsubscribed(scene)).toBe(true);
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']);
    },
    {
      setUp(scene) {
        scene.kommo.load({
          fields: [{ id: 700_210, entity: 'contacts', name: 'No email', type: 'checkbox' }],
        });
        two(scene);
      },
      config(connection) {
        connection.consent = { contact_field: 'No email' };
      },
    },
  ),
];
