import { expect } from 'vitest';
import type { ConnectionYaml, Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  ANNS,
  BO,
  BOS,
  byContactId,
  contact,
  DEAL,
  deal,
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
  wait,
} from './common.ts';

/** Neighbours of the cases 30, 31 and 32: opt-outs by every name, and on which deals they show. */

const tasks = (scene: Scene, ...ids: number[]) => ids.map((id) => taskTexts(scene, id).length);

const two = ({ kommo }: Scene): void =>
  kommo.load({ leads: [deal(), deal({ id: SECOND })], contacts: [contact()] });

const scenario = neighboursUntil(T + 1_500, T + 2_000);

const settings = { email_address: ANNS, recipient: undefined, delivery_id: undefined, subject: undefined };

/** An opt-out as the example reacts to it. */
const isOptOut = (scene: Scene): void => {
  expect([statusOf(scene), tasks(scene, DEAL)]).toEqual(['unsubscribed', [1]]);
};
const isNone = (scene: Scene): void => {
  expect([statusOf(scene) ?? '', tasks(scene, DEAL)]).toEqual(['', [0]]);
};

const preferences = (at: number, content: unknown, objectType = 'customer') =>
  personReport(at, 'cio_subscription_preferences_changed', ANNS, {
    objectType,
    data: { ...settings, content },
  });

const withoutAppKey = (connection: ConnectionYaml) => {
  delete connection.customerio.app_key;
};

export const optOuts: Scenario[] = [
  scenario(
    '30',
    'an opt-out shows on a deal that was created since the contacts were read, in no stage with a rule',
    [
      step(T - 1_800, ({ kommo }) => kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN] })),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(statuses(scene, DEAL, THIRD)).toEqual(['unsubscribed', 'unsubscribed']);
      expect(taskTexts(scene, DEAL).length + taskTexts(scene, THIRD).length).toBe(1);
    },
  ),
  scenario(
    '30',
    'an opt-out shows on a deal to which the client was linked since the contacts were read',
    [
      step(T - 1_800, ({ kommo }) => kommo.linkContact(THIRD, ANN, { isMain: true })),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => expect(statuses(scene, DEAL, THIRD)).toEqual(['unsubscribed', 'unsubscribed']),
    {
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: THIRD, contacts: [] })], contacts: [contact()] }),
    },
  ),
  scenario(
    '30',
    'an opt-out shows on a deal that was created a second before and that no webhook has reported',
    [
      step(T - 60, ({ kommo }) => {
        const { destination } = kommo.hooks()[0]!;
        kommo.disableHook(destination);
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN] });
        kommo.enableHook(destination);
      }),
      personReport(T - 59, 'unsubscribed', ANNS),
    ],
    (scene) => expect(statuses(scene, DEAL, THIRD)).toEqual(['unsubscribed', 'unsubscribed']),
  ),
  ...([ANN, BO] as const).map((wrong) =>
    scenario(
      '30',
      `contact ${wrong} had the other client’s address by mistake: an opt-out after the correction shows on the client’s own deal alone`,
      [
        move(T - 3_500, stages.demo, SECOND),
        personReport(T - 1_800, 'opened', BOS),
        personReport(T - 1_800, 'opened', ANNS),
        step(T - 600, ({ kommo }) => kommo.updateContact(wrong, { email: wrong === ANN ? BOS : ANNS })),
        wait(T - 500),
        step(T, ({ kommo }) => kommo.updateContact(wrong, { email: wrong === ANN ? ANNS : BOS })),
        personReport(T + 300, 'unsubscribed', ANNS),
        move(T + 900, stages.onboarding, SECOND),
      ],
      (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']),
      {
        setUp: ({ kommo }) =>
          kommo.load({
            leads: [deal(), deal({ id: SECOND, contacts: [BO] })],
            contacts: [contact(), contact(BO, 'Bo Berg', BOS)],
          }),
      },
    ),
  ),
  scenario(
    '30',
    'an opt-out shows on an open deal that is in no stage with a rule',
    [personReport(T, 'unsubscribed', ANNS)],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']);
      expect(tasks(scene, DEAL, SECOND)).toEqual([1, 0]);
    },
    { setUp: two },
  ),
  scenario(
    '30',
    'an opt-out shows on three deals, with one task on the one that changed last',
    [
      move(T - 1_800, stages.onboarding, SECOND),
      move(T - 900, stages.demo, THIRD),
      personReport(T, 'unsubscribed', ANNS),
    ],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND, THIRD)).toEqual(['unsubscribed', 'unsubscribed', 'unsubscribed']);
      expect(tasks(scene, DEAL, SECOND, THIRD)).toEqual([0, 0, 1]);
    },
    {
      setUp: ({ kommo }) =>
        kommo.load({ leads: [deal(), deal({ id: SECOND }), deal({ id: THIRD })], contacts: [contact()] }),
    },
  ),
  scenario(
    '30',
    'a deleted deal shows nothing of a later opt-out, and shows it once it is restored',
    [
      move(T - 1_800, stages.demo, SECOND),
      step(T - 600, ({ kommo }) => kommo.deleteDeal(SECOND)),
      personReport(T, 'unsubscribed', ANNS),
      step(T + 600, ({ kommo }) => kommo.restoreDeal(SECOND)),
    ],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']);
      expect(tasks(scene, DEAL, SECOND)).toEqual([1, 0]);
    },
    { setUp: two },
  ),
  scenario(
    '30',
    'a closed deal that is opened again shows an opt-out of meanwhile',
    [
      move(T - 1_800, stages.demo, SECOND),
      move(T - 900, stages.lost, SECOND),
      personReport(T, 'unsubscribed', ANNS),
      keep(T + 60, 'closed', (scene) => statuses(scene, DEAL, SECOND)),
      move(T + 600, stages.onboarding, SECOND),
    ],
    (scene) => {
      expect(scene.seen.closed).toEqual(['unsubscribed', '']);
      expect(statuses(scene, SECOND)).toEqual(['unsubscribed']);
      expect(tasks(scene, DEAL, SECOND)).toEqual([1, 0]);
    },
    { setUp: two },
  ),
  scenario(
    '30',
    'an opt-out that a later opt-in ends is taken back on both deals',
    [
      move(T - 1_800, stages.demo, SECOND),
      personReport(T, 'unsubscribed', ANNS),
      personReport(T + 600, 'subscribed', ANNS, { objectType: 'customer', data: settings }),
    ],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['subscribed', 'subscribed']),
    { setUp: two },
  ),
  scenario(
    '30',
    'opt-in and opt-out that arrive in the wrong order: the later one holds on both deals',
    [
      move(T - 1_800, stages.demo, SECOND),
      personReport(T + 60, 'unsubscribed', ANNS, { timestamp: T + 50 }),
      personReport(T + 120, 'subscribed', ANNS, {
        objectType: 'customer',
        data: settings,
        timestamp: T + 10,
      }),
    ],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']),
    { setUp: two },
  ),
  scenario(
    '30',
    'a complaint and the opt-out that Customer.io reports with it are one change of both deals',
    [
      move(T - 1_800, stages.demo, SECOND),
      personReport(T, 'spammed', ANNS),
      personReport(T + 1, 'unsubscribed', ANNS, { objectType: 'customer', data: settings }),
    ],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND)).toEqual(['spam', 'spam']);
      expect(tasks(scene, DEAL, SECOND)).toEqual([0, 1]);
    },
    { setUp: two },
  ),
  scenario(
    '30',
    'the opt-out before its complaint ends in spam on both deals',
    [
      move(T - 1_800, stages.demo, SECOND),
      personReport(T, 'unsubscribed', ANNS, { objectType: 'customer', data: settings }),
      personReport(T + 1, 'spammed', ANNS),
    ],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['spam', 'spam']),
    { setUp: two },
  ),
  scenario(
    '30',
    'a deal of which the client is only the second contact keeps what its main contact says',
    [move(T - 1_800, stages.demo, SECOND), personReport(T, 'unsubscribed', ANNS)],
    (scene) => {
      expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', '']);
      expect(tasks(scene, DEAL, SECOND)).toEqual([1, 0]);
    },
    {
      setUp: ({ kommo }) =>
        kommo.load({
          leads: [deal(), deal({ id: SECOND, contacts: [BO, ANN] })],
          contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')],
        }),
    },
  ),
  scenario(
    '30',
    'with all contacts the opt-out of the second contact shows on the deal',
    [move(T - 1_800, stages.demo, SECOND), personReport(T, 'unsubscribed', ANNS)],
    (scene) => expect(statuses(scene, DEAL, SECOND)).toEqual(['unsubscribed', 'unsubscribed']),
    {
      config: (connection) => {
        connection.person.contacts = 'all';
      },
      setUp: ({ kommo }) =>
        kommo.load({
          leads: [deal(), deal({ id: SECOND, contacts: [BO, ANN] })],
          contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')],
        }),
    },
  ),
  scenario(
    '30',
    'a report with the cio_id alone is the client’s',
    [
      personReport(T - 600, 'delivered', ANNS),
      step(T, (scene) =>
        scene.report({
          event_id: '01KB9ZZZZZ0000000000000301',
          object_type: 'customer',
          metric: 'unsubscribed',
          timestamp: T,
          data: {
            customer_id: '',
            email_address: null,
            identifiers: { id: null, email: null, cio_id: scene.customerio.person(ANNS)!.cioId },
          },
        }),
      ),
    ],
    isOptOut,
  ),

  ...(['incoming', 'new'] as const).map((where) =>
    scenario(
      '31',
      `a new deal of an opted-out client is created in the ${where === 'new' ? 'stage of a rule' : 'first stage'} and shows it then`,
      [
        personReport(T - 1_800, 'unsubscribed', ANNS),
        step(T, ({ kommo }) =>
          kommo.createDeal({
            id: THIRD,
            name: 'New',
            contactIds: [ANN],
            ...(where === 'new' ? { stageId: stages.demo } : {}),
          }),
        ),
        ...(where === 'new' ? [] : [move(T + 300, stages.demo, THIRD)]),
      ],
      (scene) => {
        expect(statuses(scene, THIRD)).toEqual(['unsubscribed']);
        expect(tasks(scene, THIRD)).toEqual([0]);
        expect(noteTexts(scene, THIRD).join()).toMatch(/gets no email: unsubscribed/);
      },
    ),
  ),
  ...(['bounced', 'spammed'] as const).map((metric) =>
    scenario(
      '31',
      `a new deal of a client whose email has ${metric} shows it`,
      [
        personReport(T - 1_800, metric, ANNS, { data: { failure_message: '550 unknown' } }),
        step(T, ({ kommo }) =>
          kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN], stageId: stages.demo }),
        ),
      ],
      (scene) => {
        expect(statuses(scene, THIRD)).toEqual([metric === 'spammed' ? 'spam' : 'bounced']);
        expect(tasks(scene, THIRD)).toEqual([0]);
      },
    ),
  ),
  scenario(
    '31',
    'somebody who opted out before there was a deal is known when the deal comes',
    [
      personReport(T - 1_800, 'unsubscribed', 'cleo@acme.example'),
      step(T, ({ kommo }) => {
        kommo.createContact({ id: 900, name: 'Cleo', email: 'Cleo@acme.example' });
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [900], stageId: stages.demo });
      }),
    ],
    (scene) => {
      expect(statuses(scene, THIRD)).toEqual(['unsubscribed']);
      expect(noteTexts(scene, THIRD).join()).toMatch(/gets no email: unsubscribed/);
    },
  ),
  scenario(
    '31',
    'a new contact with the address of somebody who opted out shows it',
    [
      personReport(T - 1_800, 'unsubscribed', ANNS),
      step(T, ({ kommo }) => {
        kommo.createContact({ id: 900, name: 'Ann Lee', email: 'ANN@acme.example' });
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [900], stageId: stages.demo });
      }),
    ],
    (scene) => expect(statuses(scene, THIRD)).toEqual(['unsubscribed']),
  ),
  scenario(
    '31',
    'with contact ids a second contact with the address of somebody who opted out shows it, too',
    [
      personReport(T - 1_800, 'unsubscribed', '501'),
      step(T, ({ kommo }) => {
        kommo.createContact({ id: 900, name: 'Ann Lee', email: 'ANN@acme.example' });
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [900], stageId: stages.demo });
      }),
    ],
    (scene) => expect(statuses(scene, THIRD)).toEqual(['unsubscribed']),
    { config: byContactId },
  ),
  scenario(
    '31',
    'a new deal of somebody who opted out and in again shows no opt-out',
    [
      personReport(T - 1_800, 'unsubscribed', ANNS),
      personReport(T - 900, 'subscribed', ANNS, { objectType: 'customer', data: settings }),
      step(T, ({ kommo }) =>
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN], stageId: stages.demo }),
      ),
    ],
    (scene) => {
      expect(statuses(scene, THIRD)[0]).not.toBe('unsubscribed');
      expect(noteTexts(scene, THIRD).join()).not.toMatch(/gets no email/);
    },
  ),
  scenario(
    '31',
    'an opt-out that only the activity log has shows on the new deal',
    [
      step(T - 3_000, ({ customerio }) => {
        customerio.loseReports();
        customerio.unsubscribePerson(ANNS);
      }),
      wait(T - 2_500),
      wait(T - 2_000),
      wait(T - 1_500),
      step(T, ({ kommo }) =>
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN], stageId: stages.demo }),
      ),
    ],
    (scene) => expect(statuses(scene, DEAL, THIRD)).toEqual(['unsubscribed', 'unsubscribed']),
  ),
  scenario(
    '31',
    'with unmailable_clients: skip the new deal of an opted-out client starts nothing and shows it',
    [
      personReport(T - 1_800, 'unsubscribed', ANNS),
      step(T, ({ kommo }) =>
        kommo.createDeal({ id: THIRD, name: 'New', contactIds: [ANN], stageId: stages.demo }),
      ),
    ],
    (scene) => {
      expect(statuses(scene, THIRD)).toEqual(['unsubscribed']);
      expect(noteTexts(scene, THIRD)).toEqual([]);
      expect(scene.customerio.events('demo_scheduled')).toHaveLength(1);
    },
    {
      config: (connection) => {
        connection.stages[0].unmailable_clients = 'skip';
      },
    },
  ),

  ...(
    ['customer', 'email', 'sms', 'push', 'in_app', 'slack', 'webhook', 'whatsapp', 'inbox', 'line'] as const
  ).map((objectType) =>
    scenario(
      '32',
      `${objectType}_unsubscribed of the person’s setting is an opt-out`,
      [personReport(T, 'unsubscribed', ANNS, { objectType, data: settings })],
      isOptOut,
    ),
  ),
  scenario(
    '32',
    'customer_unsubscribed of somebody without an email is an opt-out',
    [
      personReport(T, 'unsubscribed', '501', {
        objectType: 'customer',
        data: { ...settings, email_address: null },
      }),
    ],
    isOptOut,
    { config: byContactId },
  ),
  ...(['sms', 'whatsapp'] as const).map((objectType) =>
    scenario(
      '32',
      `STOP to one ${objectType} message leaves the emails alone`,
      [personReport(T, 'unsubscribed', ANNS, { objectType, data: { recipient: '+15550100000' } })],
      isNone,
    ),
  ),
  scenario(
    '32',
    'the older format names it customer_unsubscribed, too',
    [
      step(T, (scene) =>
        scene.report({
          event_type: 'customer_unsubscribed',
          event_id: '01KB9ZZZZZ0000000000000321',
          timestamp: T,
          data: { customer_id: '', email_address: 'Ann Lee <ann@acme.example>' },
        }),
      ),
    ],
    isOptOut,
  ),
  scenario(
    '32',
    'a channel that was switched off with its own reaction has that, and shows the opt-out by it',
    [personReport(T, 'unsubscribed', ANNS, { objectType: 'sms', data: settings })],
    (scene) => expect([statusOf(scene), taskTexts(scene)]).toEqual(['unsubscribed', ['STOP']]),
    {
      config: (connection) => {
        connection.reactions.sms_unsubscribed = {
          field: { email_status: 'unsubscribed' },
          task: { text: 'STOP', due: '1d' },
        };
      },
    },
  ),
  scenario(
    '32',
    'an opt-out by setting and its echo under another name a minute later are one task',
    [
      personReport(T, 'unsubscribed', ANNS, { objectType: 'customer', data: settings }),
      personReport(T + 60, 'unsubscribed', ANNS, { objectType: 'push', data: settings }),
    ],
    isOptOut,
  ),
  scenario(
    '32',
    'sms_subscribed of the setting ends the opt-out',
    [
      personReport(T, 'unsubscribed', ANNS),
      personReport(T + 60, 'subscribed', ANNS, { objectType: 'sms', data: settings }),
    ],
    (scene) => expect(statusOf(scene)).toBe('subscribed'),
  ),
  ...(
    [
      ['every topic off', '{"topics":{"topic_1":false,"topic_2":false}}', isOptOut],
      ['one of two topics off', '{"topics":{"topic_1":false,"topic_2":true}}', isNone],
      ['the channel email off', '{"topics":{},"channels":{"email":false}}', isOptOut],
      ['another channel off', '{"channels":{"twilio":false}}', isNone],
      ['every topic off, as an object', { topics: { topic_1: false, topic_2: false } }, isOptOut],
      ['every topic off, written as texts', '{"topics":{"topic_1":"false","topic_2":"false"}}', isOptOut],
      ['no topics at all', '{"topics":{}}', isNone],
    ] as const
  ).flatMap(([what, content, check]) => [
    scenario('32', `preferences with ${what}`, [preferences(T, content)], check, { config: withoutAppKey }),
  ]),
  scenario(
    '32',
    'preferences under the name of a channel',
    [preferences(T, '{"topics":{"topic_1":false,"topic_2":false}}', 'email')],
    isOptOut,
    { config: withoutAppKey },
  ),
  scenario(
    '32',
    'topics that are switched off one after the other end in an opt-out',
    [
      preferences(T, '{"topics":{"topic_1":false,"topic_2":true}}'),
      keep(T + 30, 'first', (scene) => statusOf(scene) ?? ''),
      preferences(T + 60, '{"topics":{"topic_1":false,"topic_2":false}}'),
    ],
    (scene) => {
      expect(scene.seen.first).toBe('');
      isOptOut(scene);
    },
    { config: withoutAppKey },
  ),
  scenario(
    '32',
    'one topic that is switched on again ends the opt-out by topics, and not one from everything',
    [
      preferences(T, '{"topics":{"topic_1":false}}'),
      keep(T + 30, 'off', (scene) => statusOf(scene) ?? ''),
      preferences(T + 60, '{"topics":{"topic_1":true}}'),
      keep(T + 90, 'on', (scene) => statusOf(scene) ?? ''),
      personReport(T + 120, 'unsubscribed', ANNS),
      preferences(T + 180, '{"topics":{"topic_1":true}}'),
    ],
    (scene) => {
      expect(scene.seen).toEqual({ off: 'unsubscribed', on: '' });
      expect(statusOf(scene)).toBe('unsubscribed');
    },
    { config: withoutAppKey },
  ),
  scenario(
    '32',
    'preferences without content are read back',
    [
      step(T - 60, ({ customerio }) => {
        customerio.loseReports();
        customerio.setPreferences(ANNS, { topic_1: false, topic_2: false, topic_3: false });
      }),
      preferences(T, undefined),
    ],
    isOptOut,
  ),
];
