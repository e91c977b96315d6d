import { expect } from 'vitest';
import type { Scenario, Scene } from '../support/scene.ts';
import {
  ANN,
  annsDeal,
  BO,
  byContactId,
  contact,
  DAY,
  DEAL,
  deal,
  move,
  noteTexts,
  personReport,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

/** Neighbours of case 27: a message about the client, and whom it went to. */

const BOSS = 'boss@seller.example';
const OPENED = 'Client opened email (Welcome)';

/** A deal is won, one report comes, and five days later the timer has run out unless the report was a sign of life. */
const sentTo = (
  title: string,
  data: Record<string, unknown>,
  counts: boolean,
  parts: Partial<Scenario> = {},
): Scenario => ({
  case: '27',
  title,
  isVariant: true,
  setUp: annsDeal,
  check(scene) {
    expect(noteTexts(scene).filter((text) => text.startsWith('Client opened'))).toEqual(
      counts ? [OPENED] : [],
    );
    expect(taskTexts(scene)).toHaveLength(counts ? 0 : 1);
  },
  ...parts,
  steps: [
    move(T - DAY, stages.won),
    ...(parts.steps ?? []),
    personReport(T + 2, 'opened', 'ann@acme.example', { data }),
    wait(T + 600),
    wait(T + 5 * DAY),
    wait(T + 5 * DAY + 3_600),
  ],
});

/** A failure or an opt-out of a message that went to a colleague. */
const failedFor = (
  title: string,
  metric: string,
  recipient: string,
  check: (scene: Scene) => unknown,
): Scenario => ({
  case: '27',
  title,
  isVariant: true,
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    personReport(T + 2, metric, 'ann@acme.example', { data: { recipient, failure_message: '550 unknown' } }),
    wait(T + 600),
  ],
  check,
});

const untouched = (scene: Scene): void => {
  expect([statusOf(scene), taskTexts(scene)]).toEqual([undefined, []]);
};

const optedOut = (value: string) => (scene: Scene) =>
  expect([statusOf(scene), taskTexts(scene).length]).toEqual([value, 1]);

export const recipients: Scenario[] = [
  sentTo(
    'a client among several recipients has opened the email',
    { recipient: `${BOSS}, "Lee, Ann" <Ann@acme.example>` },
    true,
  ),
  sentTo(
    'several recipients without the client are none',
    { recipient: `${BOSS}; sales@seller.example` },
    false,
  ),
  sentTo('a subaddress of the client is the client', { recipient: 'ann+crm@acme.example' }, true),
  sentTo(
    'a colleague with the client’s name at another domain is not the client',
    { recipient: 'ann@seller.example' },
    false,
  ),
  sentTo(
    'an address that only ends like the client’s is not the client',
    { recipient: 'joann@acme.example' },
    false,
  ),
  sentTo('a report without a recipient is about its person', { recipient: null }, true),
  sentTo('the client’s second address is the client', { recipient: 'lee@home.example' }, true, {
    setUp: ({ kommo }) => {
      kommo.load({ leads: [deal()], contacts: [contact()] });
      kommo.updateContact(ANN, { email: ['ann@acme.example', 'lee@home.example'] });
    },
  }),
  sentTo('the address of before a change is still the client’s', { recipient: 'ann@old.example' }, true, {
    setUp: ({ kommo }) =>
      kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', 'ann@old.example')] }),
    steps: [step(T - 600, ({ kommo }) => kommo.updateContact(ANN, { email: 'ann@acme.example' }))],
  }),
  sentTo(
    'another client of the account as recipient is not this client',
    { recipient: 'bo@acme.example' },
    false,
    {
      setUp: ({ kommo }) =>
        kommo.load({
          leads: [deal(), deal({ id: 7002, contacts: [BO] })],
          contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')],
        }),
    },
  ),
  sentTo('with contact ids a colleague as recipient is no sign of life', { recipient: BOSS }, false, {
    config: byContactId,
  }),
  {
    case: '27',
    title: 'the other client who got the message shows nothing of it',
    isVariant: true,
    setUp: ({ kommo }) =>
      kommo.load({
        leads: [deal(), deal({ id: 7002, contacts: [BO] })],
        contacts: [contact(), contact(BO, 'Bo Berg', 'bo@acme.example')],
      }),
    steps: [
      move(T - 3_600, stages.demo),
      move(T - 3_600, stages.demo, 7002),
      personReport(T + 2, 'bounced', 'ann@acme.example', {
        data: { recipient: 'bo@acme.example', failure_message: '550 unknown' },
      }),
      wait(T + 600),
    ],
    check(scene) {
      expect([statusOf(scene), taskTexts(scene)]).toEqual([undefined, []]);
      expect(taskTexts(scene, 7002)).toEqual([]);
    },
  },
  failedFor('a bounce of a colleague’s address is none of the client’s', 'bounced', BOSS, untouched),
  failedFor(
    'a bounce of an email to the client and a colleague is the client’s',
    'bounced',
    `${BOSS}, ann@acme.example`,
    optedOut('bounced'),
  ),
  failedFor(
    'an opt-out by the link of a message to a colleague is the client’s at Customer.io',
    'unsubscribed',
    BOSS,
    optedOut('unsubscribed'),
  ),
  failedFor('a complaint about a message to a colleague is the profile’s', 'spammed', BOSS, optedOut('spam')),
  {
    case: '27',
    title: 'a stranger’s message to a client of the account is not that client’s',
    isVariant: true,
    setUp: annsDeal,
    steps: [
      move(T - DAY, stages.won),
      personReport(T + 2, 'opened', 'stranger@other.example', { data: { recipient: 'ann@acme.example' } }),
      wait(T + 600),
    ],
    check: (scene) => expect(noteTexts(scene).filter((text) => text.startsWith('Client opened'))).toEqual([]),
  },
  {
    case: '27',
    title: 'an open that only the activity log shows, by a colleague, is not the client’s bounce',
    isVariant: true,
    setUp: annsDeal,
    customerio: {
      campaigns: [{ event: 'demo_scheduled', subject: 'Signed', name: 'Alert', to: BOSS }],
    },
    steps: [
      step(T - 7_200, ({ customerio }) => {
        customerio.loseReports();
        customerio.bounce(BOSS, '550 unknown');
      }),
      move(T - 3_600, stages.demo),
      wait(T - 3_000),
      wait(T - 2_400),
      wait(T - 1_800),
    ],
    async check(scene) {
      expect(scene.customerio.activities('bounced_email')).toHaveLength(1);
      untouched(scene);
      expect(await scene.trace(DEAL)).toContain(BOSS);
    },
  },
];
