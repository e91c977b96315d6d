import { expect } from 'vitest';
import { defaultUsers } from '../../../simulators/kommo/seed.ts';
import type { AccountTrouble } from '../../../simulators/kommo/types.ts';
import { readInput } from '../support/inputs.ts';
import type { ConnectionYaml, Scenario, Scene, Step } from '../support/scene.ts';
import {
  annsDeal,
  contact,
  DEAL,
  deal,
  move,
  noteTexts,
  report,
  stages,
  statusOf,
  step,
  T,
  taskTexts,
  wait,
} from './common.ts';

const written = readInput('07-date-field-write');

/** The report tells of a time long past; it arrives a minute after the deal was moved. */
const dateSteps: Step[] = written.sent.map((one) =>
  step(one.to === 'kommo' ? one.at : T + 60, (scene) => scene.send(one)),
);

const dateField = (timezone: string, template: string, shown: string): Scenario => ({
  case: '07',
  title: `a date field in ${timezone} shows ${shown} for ${template}`,
  config(connection) {
    connection.reactions.email_unsubscribed.field = { 'Unsubscribed on': template };
  },
  kommo: { account: { id: 32_100_321, timezone } },
  setUp: ({ kommo }) =>
    kommo.load({
      fields: [{ id: 700_111, entity: 'leads', name: 'Unsubscribed on', type: 'date' }],
      leads: [written.kommo.lead],
      contacts: [written.kommo.contact],
    }),
  steps: dateSteps,
  check: ({ kommo }) => expect(kommo.card('leads', DEAL)['Unsubscribed on']).toBe(shown),
});

const byReport = "{{ occurred_at | date: '%Y-%m-%d' }}";

/** Midnight of 2026-01-31 in Tokyo, as Kommo stores the day there. */
const dayInTokyo = Date.UTC(2026, 0, 30, 15) / 1000;

const emoji = readInput('13-note-cut-at-emoji');

const lostAnswer = (
  title: string,
  textStorage: 'cut_at_4_bytes' | 'reflowed',
  subject: string,
): Scenario => ({
  case: '13',
  title,
  kommo: { switches: { textStorage } },
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(T + 602, ({ kommo }) => {
      kommo.faults.add({ kind: 'reset_after', times: 1, match: { method: 'POST', path: /notes$/ } });
    }),
    step(T + 602, (scene) => {
      const body = structuredClone(emoji.sent[0]!.body) as { data: Record<string, unknown> };
      body.data.subject = subject;
      return scene.report(body);
    }),
    wait(T + 640),
    wait(T + 900),
    wait(T + 3_600),
  ],
  check(scene) {
    expect(noteTexts(scene).filter((text) => text.startsWith('Client opened'))).toHaveLength(1);
  },
});

const trouble = (kind: AccountTrouble, except?: RegExp): Scenario => ({
  case: '16',
  title: `an account in trouble (${kind}${except ? `, except for ${except.source}` : ''}) holds the lane; nothing is lost or doubled afterwards`,
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(T + 600, (scene) => {
      scene.kommo.setTrouble(kind, except ? { except } : {});
      scene.blocked = true;
    }),
    report(T + 602, 'opened'),
    report(T + 702, 'unsubscribed'),
    wait(T + 1_800),
    step(T + 3_600, (scene) => {
      scene.kommo.setTrouble(null);
      scene.blocked = false;
    }),
    wait(T + 4_000),
    wait(T + 7_200),
    wait(T + 10_800),
  ],
  async check(scene) {
    const opened = noteTexts(scene).filter((text) => text.startsWith('Client opened'));
    expect(opened).toEqual(['Client opened email (Welcome)']);
    expect(taskTexts(scene)).toHaveLength(1);
    expect(await scene.deadLetters()).toBe(0);
  },
});

/** Her person is looked up in Kommo, which refuses that, too. */
const strangerInTrouble: Scenario = {
  case: '16',
  title: 'a report of a stranger that comes while the account is in trouble finds its deal afterwards',
  setUp: ({ kommo }) =>
    kommo.load({
      leads: [deal({ id: 7002, contacts: [502] })],
      contacts: [contact(502, 'Bo Berg', 'bo@acme.example')],
    }),
  steps: [
    step(T + 600, (scene) => {
      scene.kommo.setTrouble('error_code');
      scene.blocked = true;
    }),
    report(T + 602, 'opened', { email: 'bo@acme.example' }),
    wait(T + 1_800),
    step(T + 3_600, (scene) => {
      scene.kommo.setTrouble(null);
      scene.blocked = false;
    }),
    wait(T + 4_000),
    wait(T + 7_200),
  ],
  check: (scene) => expect(noteTexts(scene, 7002)).toEqual(['Client opened email (Welcome)']),
};

/** The answers to the calls that created something there. */
const postsOf = ({ kommo }: Scene, path: string): (number | null)[] =>
  kommo.requests
    .all()
    .filter((call) => call.method === 'POST' && call.path === `/api/v4${path}`)
    .map(({ status }) => status);

const left = readInput('15-task-for-deactivated-user');
const long = readInput('17-field-text-over-256');

const bounceReason = (connection: ConnectionYaml): void => {
  connection.reactions.email_bounced.field['Bounce reason'] = '{{ failure_message }}';
};

export const writes: Scenario[] = [
  dateField('America/Los_Angeles', byReport, '31.01.2026'),
  dateField('America/Los_Angeles', '2026-01-31', '31.01.2026'),
  dateField('Asia/Tokyo', '2026-01-31', '31.01.2026'),
  dateField('Pacific/Kiritimati', '2026-01-31', '31.01.2026'),
  {
    case: '07',
    title: 'a day that was entered in Tokyo is read as that day',
    config(connection) {
      connection.stages[0].data = { visit: "{{ deal.field.Visit | date: '%Y-%m-%d' }}" };
    },
    kommo: { account: { id: 32_100_321, timezone: 'Asia/Tokyo' } },
    setUp(scene) {
      const fields = [{ id: 700_113, entity: 'leads', name: 'Visit', type: 'date' }] as const;
      scene.kommo.load({ fields });
      annsDeal(scene);
      scene.kommo.updateDeal(DEAL, { fields: { Visit: dayInTokyo } });
    },
    steps: [move(T + 1, stages.demo)],
    check: ({ customerio }) => expect(customerio.events('demo_scheduled')[0]?.data.visit).toBe('2026-01-31'),
  },
  {
    case: '07',
    title: 'a zone name that nobody knows stops nothing',
    kommo: { account: { id: 32_100_321, timezone: 'Europe/Nowhere' } },
    setUp: annsDeal,
    steps: [move(T + 1, stages.demo)],
    check: ({ customerio }) => expect(customerio.events('demo_scheduled')).toHaveLength(1),
  },
  lostAnswer('a note cut before an emoji counts as written', 'cut_at_4_bytes', '🎉 Welcome, Ann'),
  lostAnswer(
    'a note whose white space was reflowed counts as written',
    'reflowed',
    'Welcome,  Ann\n and all ',
  ),
  {
    case: '15',
    title: 'the task of a colleague who left goes to the user of the token, with a warning',
    kommo: {
      users: [
        ...defaultUsers,
        { id: 8_375_399, name: 'Left Colleague', email: 'left@acme.example', isActive: false },
      ],
    },
    setUp: ({ kommo }) => kommo.load({ leads: [left.kommo.lead], contacts: [left.kommo.contact] }),
    steps: [...left.sent.map((one) => step(one.at, (scene) => scene.send(one))), wait(T + 900)],
    async check(scene) {
      expect(scene.kommo.tasks(DEAL)).toMatchObject([
        {
          text: 'Client unsubscribed from Customer.io emails - clarify preferences',
          responsibleUserId: 8_375_357,
        },
      ]);
      expect(postsOf(scene, '/tasks')).toEqual([200]);
      expect(statusOf(scene)).toBe('unsubscribed');
      expect(await scene.trace(DEAL)).toContain(
        'The responsible user Left Colleague is deactivated: the task went to the user whose token Stagepost uses.',
      );
      expect(await scene.deadLetters()).toBe(0);
    },
  },
  trouble('error_code'),
  // Reads of deals go on, or only what is not about deals.
  trouble('error_code', /\/leads$/),
  trouble('error_code', /\/(account|contacts|users|events)/),
  strangerInTrouble,
  trouble('payment'),
  trouble('maintenance'),
  {
    case: '17',
    title: 'a text that is too long for its field is cut, with a warning, and the status beside it is set',
    config: bounceReason,
    setUp: ({ kommo }) =>
      kommo.load({
        fields: [{ id: 700_112, entity: 'leads', name: 'Bounce reason', type: 'text' }],
        leads: [long.kommo.lead],
        contacts: [long.kommo.contact],
      }),
    steps: [...long.sent.map((one) => step(one.at, (scene) => scene.send(one))), wait(T + 900)],
    async check(scene) {
      const reason = String(scene.kommo.deal(DEAL)?.fields['Bounce reason']);
      const { failure_message } = (long.sent[1]!.body as { data: { failure_message: string } }).data;
      expect(reason).toBe(`${failure_message.slice(0, 255)}…`);
      expect(statusOf(scene)).toBe('bounced');
      expect(await scene.trace(DEAL)).toContain(
        'The text for the deal field \\"Bounce reason\\" was cut to 256 characters.',
      );
      expect(await scene.deadLetters()).toBe(0);
    },
  },
  {
    case: '17',
    title: 'an option that the field does not have fails alone',
    config(connection) {
      connection.reactions.email_bounced.field.Plan = 'Nonsense';
    },
    setUp: ({ kommo }) => kommo.load({ leads: [deal()], contacts: [long.kommo.contact] }),
    steps: [move(T + 1, stages.onboarding), report(T + 60, 'bounced', { data: { failure_message: '550' } })],
    check: (scene) => expect(statusOf(scene)).toBe('bounced'),
  },
];
