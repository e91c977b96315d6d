import { expect } from 'vitest';
import { defaultUsers } from '../../../simulators/kommo/seed.ts';
import type { FieldSeed } from '../../../simulators/kommo/seed-types.ts';
import type { Scenario, Scene, Step } from '../support/scene.ts';
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

const ANNA = 8_375_357;
const LEFT = 8_375_399;
const UNSUBSCRIBED = 'Client unsubscribed from Customer.io emails - clarify preferences';

const colleague = (isActive: boolean) => ({
  id: LEFT,
  name: 'Left Colleague',
  email: 'left@acme.example',
  isActive,
});

const dealOf =
  (responsible: number, stage = stages.newLead) =>
  ({ kommo }: Scene): void =>
    kommo.load({ leads: [deal({ responsible, stage })], contacts: [contact()] });

interface Assigned {
  title: string;
  users?: object[];
  kommo?: Scenario['kommo'];
  config?: Scenario['config'];
  steps?: Step[];
  to: number;
  /** What the trace warns of; null: of nothing. */
  says: string | null;
}

/** A client opts out, and the task is for somebody who cannot have it. */
const assigned = ({ title, kommo = {}, config, steps, to, says }: Assigned): Scenario => ({
  case: '15',
  title,
  kommo: { users: [...defaultUsers, colleague(false)], ...kommo },
  ...(config ? { config } : {}),
  setUp: dealOf(LEFT),
  steps: steps ?? [move(T, stages.demo), report(T + 60, 'unsubscribed'), wait(T + 900)],
  async check(scene) {
    expect(scene.kommo.tasks(DEAL).map(({ text, responsibleUserId }) => [text, responsibleUserId])).toEqual([
      [UNSUBSCRIBED, to],
    ]);
    expect(statusOf(scene)).toBe('unsubscribed');
    expect(await scene.deadLetters()).toBe(0);
    const trace = await scene.trace(DEAL);
    if (says === null) expect(trace).not.toMatch(/deactivated/);
    else expect(trace).toContain(says);
  },
});

const DEACTIVATED =
  'The responsible user Left Colleague is deactivated: the task went to the user whose token Stagepost uses.';
const REFUSED = `Kommo takes no task for the deal's responsible user, ID ${LEFT} (deactivated, or without access to the deal)`;

const assignees: Scenario[] = [
  assigned({
    title: 'the fallback of the configuration gets the task',
    config(connection) {
      connection.kommo.task_user = 'Boris Lang';
    },
    to: 8_375_358,
    says: 'The responsible user Left Colleague is deactivated: the task went to Boris Lang.',
  }),
  assigned({
    title: 'a fallback who has left, too, leaves the task to the user of the token',
    kommo: {
      users: [
        ...defaultUsers,
        colleague(false),
        { id: 77, name: 'Gone', email: 'gone@acme.example', isActive: false },
      ],
    },
    config(connection) {
      connection.kommo.task_user = 'Gone';
    },
    to: ANNA,
    says: DEACTIVATED,
  }),
  assigned({
    title: 'a colleague who leaves after the users were read',
    kommo: { users: [...defaultUsers, colleague(true)] },
    steps: [
      move(T, stages.demo),
      step(T + 30, ({ kommo }) => kommo.deactivateUser(LEFT)),
      report(T + 60, 'unsubscribed'),
      wait(T + 900),
    ],
    to: ANNA,
    says: REFUSED,
  }),
  assigned({
    title: 'a colleague of whom the list of users says nothing',
    kommo: { users: [...defaultUsers] },
    to: ANNA,
    says: REFUSED,
  }),
  assigned({
    title: 'a colleague who is active again gets the task',
    kommo: { users: [...defaultUsers, colleague(true)] },
    to: LEFT,
    says: null,
  }),
  {
    case: '15',
    title: 'the task of an inactivity timer goes to the user of the token, too',
    kommo: { users: [...defaultUsers, colleague(false)] },
    setUp: dealOf(LEFT),
    steps: [move(T, stages.won), wait(T + 432_000), wait(T + 432_060), wait(T + 435_600)],
    async check(scene) {
      expect(scene.kommo.tasks(DEAL).map(({ text, responsibleUserId }) => [text, responsibleUserId])).toEqual(
        [['No onboarding email opened in 5 days - reach out to Ann', ANNA]],
      );
      expect(await scene.trace(DEAL)).toContain(DEACTIVATED);
    },
  },
];

interface Written {
  title: string;
  fields?: FieldSeed[];
  /** What a bounce sets besides the status. */
  set: Record<string, string>;
  reason?: string;
  shown: Record<string, unknown>;
  dead?: number;
  says?: string;
}

/** A bounce sets the status and more; the status must be there whatever becomes of the rest. */
const written = ({ title, fields = [], set, reason = '550', shown, dead = 0, says }: Written): Scenario => ({
  case: '17',
  title,
  config(connection) {
    Object.assign(connection.reactions.email_bounced.field, set);
  },
  setUp(scene) {
    scene.kommo.load({ fields });
    annsDeal(scene);
  },
  steps: [
    move(T, stages.demo),
    report(T + 60, 'bounced', { data: { failure_message: reason } }),
    wait(T + 900),
  ],
  async check(scene) {
    expect(statusOf(scene)).toBe('bounced');
    expect(scene.kommo.deal(DEAL)?.fields).toMatchObject(shown);
    expect(taskTexts(scene)).toHaveLength(1);
    expect(await scene.deadLetters()).toBe(dead);
    if (says !== undefined) expect(await scene.trace(DEAL)).toContain(says);
  },
});

const textField = { id: 700_112, entity: 'leads', name: 'Bounce reason', type: 'text' } as const;
const options = (...values: string[]) => values.map((value, n) => ({ id: 900_900 + n, value }));
const FILLED = '{{ failure_message }}';

const values: Scenario[] = [
  written({
    title: 'a text of exactly 256 characters is whole',
    fields: [textField],
    set: { 'Bounce reason': FILLED },
    reason: 'x'.repeat(256),
    shown: { 'Bounce reason': 'x'.repeat(256) },
  }),
  written({
    title: 'an emoji at the cut is not halved, although Kommo counts it as two characters',
    fields: [textField],
    set: { 'Bounce reason': FILLED },
    reason: `${'x'.repeat(254)}🎉🎉🎉`,
    shown: { 'Bounce reason': `${'x'.repeat(254)}…` },
    says: 'was cut to 256 characters',
  }),
  written({
    title: 'a text area takes a long text as it is',
    fields: [{ ...textField, type: 'textarea' }],
    set: { 'Bounce reason': FILLED },
    reason: 'x'.repeat(600),
    shown: { 'Bounce reason': 'x'.repeat(600) },
  }),
  written({
    title: 'an option in another case is that option',
    set: { Plan: 'PRO' },
    shown: { Plan: 'Pro' },
  }),
  written({
    title: 'an unknown option is a dead letter of its own, with the options that there are',
    set: { Plan: 'Platinum' },
    shown: {},
    dead: 1,
    says: 'has no option',
  }),
  written({
    title: 'two of three options of a list are unknown: the status is set',
    fields: [
      { id: 700_114, entity: 'leads', name: 'Topics', type: 'multiselect', enums: options('News', 'Offers') },
    ],
    set: { Topics: 'News, Events, Parties' },
    shown: {},
    dead: 1,
    says: 'has no option',
  }),
  written({
    title: 'options with commas and several options are told apart',
    fields: [
      {
        id: 700_114,
        entity: 'leads',
        name: 'Topics',
        type: 'multiselect',
        enums: options('News, weekly', 'Offers', 'Events'),
      },
    ],
    set: { Topics: 'offers, Events' },
    shown: { Topics: ['Offers', 'Events'] },
  }),
  written({
    title: 'a number with a text in it fails alone',
    fields: [{ id: 700_115, entity: 'leads', name: 'Score', type: 'numeric' }],
    set: { Score: 'many' },
    shown: {},
    dead: 1,
    says: 'is not a number',
  }),
];

interface Stored {
  title: string;
  subject: string;
  storage: 'cut_at_4_bytes' | 'reflowed' | 'whole';
  /** Which call has no answer. */
  call: RegExp;
}

/** A call has no answer although it was carried out; what is there must be found, whatever the account made of it. */
const stored = ({ title, subject, storage, call }: Stored): Scenario => ({
  case: '13',
  title,
  kommo: { switches: { textStorage: storage } },
  config(connection) {
    connection.reactions.email_unsubscribed.task.text = 'Call: {{ subject }}';
  },
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(T + 50, ({ kommo }) => {
      kommo.faults.add({ kind: 'reset_after', times: 1, match: { method: 'POST', path: call } });
    }),
    report(T + 60, 'opened', { data: { subject } }),
    report(T + 61, 'unsubscribed', { data: { subject } }),
    ...[100, 900, 3_600].map((after) => wait(T + after)),
  ],
  async check(scene) {
    expect(noteTexts(scene)).toHaveLength(2);
    expect(taskTexts(scene)).toHaveLength(1);
    expect(await scene.deadLetters()).toBe(0);
  },
});

const NOTES = /\/notes$/;
const TASKS = /\/tasks$/;

const lostAnswers: Scenario[] = [
  stored({
    title: 'a task cut before an emoji',
    subject: 'Hello 🎉 Ann',
    storage: 'cut_at_4_bytes',
    call: TASKS,
  }),
  stored({
    title: 'a task that is cut to nothing but its first words',
    subject: '🎉',
    storage: 'cut_at_4_bytes',
    call: TASKS,
  }),
  stored({
    title: 'a task whose lines were reflowed',
    subject: 'Hello\n  Ann ',
    storage: 'reflowed',
    call: TASKS,
  }),
  stored({
    title: 'a note with marks of HTML',
    subject: '<b>Sale</b> & "more"',
    storage: 'whole',
    call: NOTES,
  }),
  stored({
    title: 'a note with an emoji of several characters',
    subject: 'Family 👩‍👩‍👧 & flag 🇱🇻',
    storage: 'cut_at_4_bytes',
    call: NOTES,
  }),
  {
    ...stored({
      title: 'two notes whose texts begin alike',
      subject: 'Welcome 🎉 A',
      storage: 'cut_at_4_bytes',
      call: NOTES,
    }),
    steps: [
      move(T - 3_600, stages.demo),
      step(T + 50, ({ kommo }) => {
        kommo.faults.add({ kind: 'reset_after', times: 1, match: { method: 'POST', path: NOTES } });
      }),
      report(T + 60, 'opened', { data: { subject: 'Welcome 🎉 A' } }),
      report(T + 60, 'opened', { data: { subject: 'Welcome 🎉 B' } }),
      ...[100, 900, 3_600].map((after) => wait(T + after)),
    ],
    check: (scene) =>
      expect(noteTexts(scene).filter((text) => text.startsWith('Client opened'))).toEqual([
        'Client opened email (Welcome ',
        'Client opened email (Welcome ',
      ]),
  },
];

export const texts: Scenario[] = [...assignees, ...values, ...lostAnswers];
