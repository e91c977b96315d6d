import { expect } from 'vitest';
import { defaultFields } from '../../../simulators/kommo/seed.ts';
import type { KommoSimulatorOptions } from '../../../simulators/kommo/types.ts';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import {
  ANN,
  BO,
  byContactId,
  contact,
  DEAL,
  deal,
  keep,
  move,
  personReport,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

/** Neighbours of case 28: what an address bounces, and what becomes of it. */

const OTHER_DEAL = 7002;
const WRONG = 'ann@acmee.example';
const RIGHT = 'ann@acme.example';

const correct = (at: number, email: string | string[] | null): Step =>
  step(at, ({ kommo }) => kommo.updateContact(ANN, { email }));

const bounce = (
  at: number,
  address: string,
  failure_message = '550 5.1.1 user unknown',
  name = address,
): Step => personReport(at, 'bounced', name, { data: { recipient: address, failure_message } });

/** Status, and the tasks with whether they are done. */
const shown = (scene: Scene, id = DEAL) => [
  statusOf(scene, id) ?? '',
  ...scene.kommo.tasks(id).map(({ isCompleted }) => (isCompleted ? 'done' : 'open')),
];

interface Parts {
  email?: string;
  config?: Scenario['config'];
  setUp?: Scenario['setUp'];
  kommo?: KommoSimulatorOptions;
}

/** Ann's deal entered a stage an hour before T. */
const bounces = (
  title: string,
  steps: Step[],
  check: Scenario['check'],
  { email = RIGHT, config, setUp, kommo }: Parts = {},
): Scenario => ({
  case: '28',
  title,
  isVariant: true,
  ...(config ? { config } : {}),
  ...(kommo ? { kommo } : {}),
  setUp:
    setUp ?? (({ kommo }) => kommo.load({ leads: [deal()], contacts: [contact(ANN, 'Ann Lee', email)] })),
  steps: [move(T - 3_600, stages.demo), ...steps, wait(T + 1_500), wait(T + 1_800)],
  check,
});

const shows =
  (...expected: string[]) =>
  (scene: Scene) =>
    expect(shown(scene)).toEqual(expected);

export const bouncing: Scenario[] = [
  ...[
    '421 4.7.0 Try again later',
    '450 mailbox busy',
    '452 4.2.2 mailbox full',
    '4.2.2 The email account that you tried to reach is over quota',
    'smtp; 451 4.3.0 greylisted',
    '"452 4.3.1 Insufficient system storage"',
  ].map((message) =>
    bounces(`a temporary refusal changes nothing: ${message}`, [bounce(T, RIGHT, message)], shows('')),
  ),
  ...['550 5.2.2 mailbox full', '554 delivery error', 'no such user 421', '', '5.1.1', '550 4 attempts'].map(
    (message) =>
      bounces(
        `a refusal for good is a bounce: ${message}`,
        [bounce(T, RIGHT, message)],
        shows('bounced', 'open'),
      ),
  ),
  bounces(
    'a refusal for good after a temporary one has its task',
    [bounce(T, RIGHT, '452 full'), bounce(T + 60, RIGHT)],
    shows('bounced', 'open'),
  ),
  bounces(
    'a temporary refusal after one for good ends nothing',
    [bounce(T, RIGHT), bounce(T + 60, RIGHT, '452 full')],
    shows('bounced', 'open'),
  ),
  bounces(
    'the second bounce of one address is no news',
    [bounce(T, RIGHT), bounce(T + 60, RIGHT)],
    shows('bounced', 'open'),
  ),
  bounces(
    'two bounces that arrive in the wrong order are one',
    [
      personReport(T + 60, 'bounced', RIGHT, { timestamp: T + 50, data: { failure_message: '550' } }),
      personReport(T + 90, 'bounced', RIGHT, { timestamp: T + 10, data: { failure_message: '550' } }),
    ],
    shows('bounced', 'open'),
  ),
  bounces(
    'an email that arrives later ends the bounce',
    [bounce(T, RIGHT), personReport(T + 60, 'delivered', RIGHT)],
    (scene) => expect(statusOf(scene)).toBeFalsy(),
  ),
  bounces(
    'a delivery of before the bounce that arrives later ends nothing',
    [bounce(T, RIGHT), personReport(T + 60, 'delivered', RIGHT, { timestamp: T - 60 })],
    shows('bounced', 'open'),
  ),
  bounces(
    'bounced, delivered, bounced again: two tasks',
    [bounce(T, RIGHT), personReport(T + 60, 'delivered', RIGHT), bounce(T + 120, RIGHT)],
    (scene) => expect([statusOf(scene), taskTexts(scene).length]).toEqual(['bounced', 2]),
  ),
  bounces(
    'another spelling of the bounced address is no correction',
    [bounce(T, RIGHT), correct(T + 300, ' Ann@Acme.example ')],
    shows('bounced', 'open'),
  ),
  bounces(
    'a bounce that writes the address in another case is the client’s',
    [bounce(T, 'ANN@Acme.example', '550', RIGHT)],
    shows('bounced', 'open'),
  ),
  bounces(
    'an address that is corrected and put back is the bounced one again',
    [
      bounce(T, WRONG),
      correct(T + 300, RIGHT),
      keep(T + 600, 'corrected', (scene) => shown(scene)),
      correct(T + 900, WRONG),
    ],
    (scene) => {
      expect(scene.seen.corrected).toEqual(['', 'done']);
      expect(statusOf(scene)).toBe('bounced');
    },
    { email: WRONG },
  ),
  ...[byContactId, undefined].map((config) =>
    bounces(
      `an address that is corrected twice: each bounce has its task (${config ? 'contact_id' : 'email'})`,
      [
        bounce(T, WRONG),
        correct(T + 100, 'ann@acme.exampl'),
        keep(T + 200, 'first', (scene) => shown(scene)),
        bounce(T + 300, 'ann@acme.exampl'),
        keep(T + 400, 'second', (scene) => shown(scene)),
        correct(T + 500, RIGHT),
      ],
      (scene) => {
        expect(scene.seen).toEqual({ first: ['', 'done'], second: ['bounced', 'done', 'open'] });
        expect(shown(scene)).toEqual(['', 'done', 'done']);
      },
      { email: WRONG, ...(config ? { config } : {}) },
    ),
  ),
  bounces(
    'a correction by a second address that stands first',
    [bounce(T, WRONG), correct(T + 300, [RIGHT, WRONG])],
    shows('', 'done'),
    { email: WRONG, config: byContactId },
  ),
  bounces(
    'with email as the identity the bounced address goes when the contact has another',
    [bounce(T, WRONG), correct(T + 300, [RIGHT])],
    shows('', 'done'),
    { email: WRONG },
  ),
  bounces(
    'a removed address shows nothing of its bounce',
    [bounce(T, RIGHT), correct(T + 300, null)],
    (scene) => expect(statusOf(scene)).toBeFalsy(),
    { config: byContactId },
  ),
  bounces(
    'an address that is removed and put back is bounced as before, without another task',
    [bounce(T, RIGHT), correct(T + 300, null), correct(T + 900, RIGHT)],
    (scene) => expect([statusOf(scene), taskTexts(scene).length]).toEqual(['bounced', 1]),
    { config: byContactId },
  ),
  bounces(
    'a bounce of the new address that comes before Kommo says that it changed',
    [
      step(T, (scene) => {
        const [hook] = scene.kommo.hooks();
        scene.seen.hook = hook!.destination;
        scene.kommo.removeHook(hook!.destination);
      }),
      correct(T + 10, 'ann@acme.exampl'),
      personReport(T + 60, 'bounced', WRONG, {
        data: { recipient: 'ann@acme.exampl', failure_message: '550' },
      }),
      step(T + 120, ({ kommo, seen }) => kommo.addHook({ destination: String(seen.hook) })),
      step(T + 300, ({ kommo }) => kommo.updateContact(ANN, { phone: '+37120000000' })),
    ],
    shows('bounced', 'open'),
    { email: WRONG, config: byContactId },
  ),
  bounces(
    'a correction that no webhook reports clears the bounce with the next reading',
    [
      bounce(T, WRONG),
      step(T + 10, ({ kommo }) => kommo.removeHook(kommo.hooks()[0]!.destination)),
      correct(T + 20, RIGHT),
      wait(T + 400),
      wait(T + 700),
      wait(T + 1_100),
    ],
    shows('', 'done'),
    { email: WRONG },
  ),
  bounces(
    'an opt-out goes before a bounce, whichever comes first',
    [bounce(T, RIGHT), personReport(T + 60, 'unsubscribed', RIGHT)],
    (scene) => expect(statusOf(scene)).toBe('unsubscribed'),
  ),
  bounces(
    'a corrected address leaves an opt-out',
    [bounce(T, WRONG), personReport(T + 60, 'unsubscribed', WRONG), correct(T + 300, RIGHT)],
    (scene) => expect(statusOf(scene)).toBe('unsubscribed'),
    { email: WRONG },
  ),
  bounces(
    'a bounce shows on both deals, is cleared on both, and has one task',
    [
      move(T - 1_800, stages.demo, OTHER_DEAL),
      bounce(T, WRONG),
      keep(T + 100, 'bounced', (scene) => [shown(scene), shown(scene, OTHER_DEAL)]),
      correct(T + 300, RIGHT),
    ],
    (scene) => {
      expect(scene.seen.bounced).toEqual([['bounced'], ['bounced', 'open']]);
      expect([shown(scene), shown(scene, OTHER_DEAL)]).toEqual([[''], ['', 'done']]);
    },
    {
      setUp: ({ kommo }) =>
        kommo.load({
          leads: [deal(), deal({ id: OTHER_DEAL })],
          contacts: [contact(ANN, 'Ann Lee', WRONG)],
        }),
    },
  ),
  bounces(
    'two people with one bounced address: the one who gets another shows it no more, the other shows it from the next stage on',
    [
      move(T - 1_800, stages.demo, OTHER_DEAL),
      bounce(T, WRONG, '550', String(ANN)),
      correct(T + 300, RIGHT),
      move(T + 600, stages.onboarding, OTHER_DEAL),
    ],
    (scene) => {
      expect(statusOf(scene)).toBeFalsy();
      expect(statusOf(scene, OTHER_DEAL)).toBe('bounced');
    },
    {
      config: byContactId,
      setUp: ({ kommo }) =>
        kommo.load({
          leads: [deal(), deal({ id: OTHER_DEAL, contacts: [BO] })],
          contacts: [contact(ANN, 'Ann Lee', WRONG), contact(BO, 'Bo Lee', WRONG)],
        }),
    },
  ),
  bounces(
    'dropped is no bounce where no rule says so',
    [personReport(T, 'dropped', RIGHT, { data: { failure_message: 'suppressed' } })],
    shows(''),
  ),
  bounces(
    'dropped shows with a rule of its own until the next email is sent',
    [
      personReport(T, 'dropped', RIGHT, { data: { failure_message: 'suppressed' } }),
      keep(T + 60, 'dropped', (scene) => shown(scene)),
      personReport(T + 120, 'sent', RIGHT),
    ],
    (scene) => {
      expect(scene.seen.dropped).toEqual(['suppressed', 'open']);
      expect(statusOf(scene)).toBeFalsy();
    },
    {
      config(connection) {
        connection.reactions.email_dropped = {
          field: { email_status: 'suppressed' },
          task: { text: 'Suppressed', due: '1d' },
        };
      },
      kommo: { fields: defaultFields('text') },
    },
  ),
  ...(['failed', 'attempted', 'undeliverable', 'deferred'] as const).map((metric) =>
    bounces(
      `${metric} is no bounce`,
      [personReport(T, metric, RIGHT, { data: { failure_message: '550 unknown' } })],
      shows(''),
    ),
  ),
];
