import { expect } from 'vitest';
import { readInput } from '../support/inputs.ts';
import type { Scenario, Scene } from '../support/scene.ts';
import { contact, DEAL, deal, report, stages, step, T, wait } from './common.ts';

const PIPELINE = 9_621_010;

const moved = readInput('01-future-last-modified');
const created = readInput('02-backdated-creation');
const [moveEntry] = moved.kommo.events as object[];
const [creationEntry] = created.kommo.events as object[];

/** A webhook about the deal, with the fields that the caller gives. */
function form(action: string, fields: Record<string, string | number>): string {
  const own = Object.entries({ id: DEAL, name: 'Acme', pipeline_id: PIPELINE, ...fields });
  const item = own.map(([name, value]) => `leads[${action}][0][${name}]=${encodeURIComponent(value)}`);
  return ['account[id]=32100321', 'account[subdomain]=acme', ...item].join('&');
}

const demo = { status_id: stages.demo, old_status_id: stages.newLead };

const annsDealIn =
  (stage: number) =>
  ({ kommo }: Scene): void =>
    kommo.load({ leads: [deal({ stage })], contacts: [contact()] });

interface TimedMove {
  title: string;
  /** Webhooks, by the seconds after T at which they arrive. */
  hooks: [after: number, body: string][];
  /** When the log shows the move, seconds after T; null: never. */
  logAfter: number | null;
  /** The time of the event at Customer.io. */
  at: number;
}

/** The deal is moved at T, whatever the webhooks say. */
const timedMove = ({ title, hooks, logAfter, at }: TimedMove): Scenario => ({
  case: '01',
  title,
  setUp: annsDealIn(stages.demo),
  steps: [
    ...(logAfter === null ? [] : [step(T + logAfter, ({ kommo }) => kommo.load({ events: [moveEntry!] }))]),
    ...hooks.map(([after, body]) => step(T + after, (scene) => scene.hook(body))),
    ...[300, 900, 7_200].map((after) => wait(T + after)),
  ],
  check({ customerio, kommo }) {
    expect(customerio.events('demo_scheduled').map(({ timestamp }) => timestamp)).toEqual([at]);
    expect(kommo.notes(DEAL)).toHaveLength(1);
  },
});

const status = (last_modified: string | number) =>
  form('status', { ...demo, last_modified, updated_at: last_modified });
const update = (last_modified: string | number) =>
  form('update', { ...demo, last_modified, updated_at: last_modified });

const oddTimes: [shape: string, value: string | number][] = [
  ['in milliseconds', `${T}000`],
  ['as a text of another zone', '2026-11-30T03:53:20+03:00'],
  ['as a wall clock', '2026-11-30 03:53:20'],
  ['as zero', 0],
  ['as nothing', ''],
  ['years ago', 1_514_764_800],
  ['three hours behind', T - 3 * 3_600],
  ['a day ahead', T + 86_400],
  ['in the year 2038', 2_147_483_647],
];

const moves: Scenario[] = [
  ...oddTimes.map(([shape, value]) =>
    timedMove({
      title: `a webhook whose time is written ${shape} and the history are one move, as of the arrival`,
      hooks: [[1, status(value)]],
      logAfter: 290,
      at: T + 1,
    }),
  ),
  timedMove({
    title: 'the history is read before a webhook ahead of time: one move, as of the history',
    hooks: [[320, status(T + 3_600)]],
    logAfter: 0,
    at: T,
  }),
  timedMove({
    title: 'the two webhooks of one move, ahead by different times, are one move',
    hooks: [
      [1, status(T + 3_600)],
      [2, update(T + 3_603)],
    ],
    logAfter: 290,
    at: T + 1,
  }),
  timedMove({
    title: 'a webhook ahead of time that Kommo repeats after five minutes is one move',
    hooks: [
      [1, status(T + 3_600)],
      [301, status(T + 3_600)],
    ],
    logAfter: 290,
    at: T + 1,
  }),
  timedMove({
    title: 'a webhook ahead of time without any history is one move',
    hooks: [[1, status(T + 3_600)]],
    logAfter: null,
    at: T + 1,
  }),
  timedMove({
    title: 'of two times in a webhook the plausible one counts',
    hooks: [[5, form('status', { ...demo, last_modified: T + 3_600, updated_at: T + 1 })]],
    logAfter: 290,
    at: T + 1,
  }),
];

/** There and back and there again, by an integration whose clock is an hour ahead: two entries. */
const thereAndBack: Scenario = {
  case: '01',
  title: 'a deal that leaves and comes back by webhooks ahead of time enters the stage twice',
  setUp: annsDealIn(stages.demo),
  steps: [
    step(T + 1, (scene) => scene.hook(status(T + 3_601))),
    step(T + 61, (scene) =>
      scene.hook(
        form('status', {
          status_id: stages.newLead,
          old_status_id: stages.demo,
          last_modified: T + 3_661,
          updated_at: T + 3_661,
        }),
      ),
    ),
    step(T + 121, (scene) => scene.hook(status(T + 3_721))),
    wait(T + 300),
    wait(T + 900),
  ],
  check: ({ customerio }) =>
    expect(customerio.events('demo_scheduled').map(({ timestamp }) => timestamp)).toEqual([T + 1, T + 121]),
};

/** Customer.io's clock, or a replay of its own, is wrong. */
const reportAhead: Scenario = {
  case: '01',
  title: 'a report dated ahead, then one on time: both count, none is dated in the future',
  setUp: annsDealIn(stages.demo),
  steps: [
    report(T + 60, 'opened', { timestamp: T + 86_400 }),
    report(T + 120, 'unsubscribed', { timestamp: T + 119 }),
    report(T + 180, 'subscribed', { objectType: 'customer', timestamp: (T + 179) * 1000 }),
    wait(T + 600),
  ],
  async check({ kommo, trace }) {
    expect(kommo.notes(DEAL).map(({ text }) => text)).toEqual(['Client opened email (Welcome)']);
    expect(kommo.deal(DEAL)?.fields.email_status).toBe('subscribed');
    expect(await trace(DEAL)).not.toContain(String(T + 86_400));
  },
};

interface Creation {
  title: string;
  /** The webhook, 1 s after T; null: only the history tells. */
  body: string | null;
  /** When the log shows it, seconds after T. */
  logAfter?: number;
  at: number;
  createdAt?: number;
}

/** The deal is created at T, whatever its date of creation says. */
const creation = ({ title, body, logAfter = 290, at, createdAt = T - 86_400 * 400 }: Creation): Scenario => ({
  case: '02',
  title,
  setUp: ({ kommo }) =>
    kommo.load({
      leads: [{ ...deal({ stage: stages.onboarding }), created_at: createdAt, updated_at: createdAt }],
      contacts: [contact()],
    }),
  steps: [
    step(T + logAfter, ({ kommo }) => kommo.load({ events: [creationEntry!] })),
    ...(body === null ? [] : [step(T + 1, (scene) => scene.hook(body))]),
    ...[300, 600, 900, 7_200].map((after) => wait(T + after)),
  ],
  async check({ customerio, kommo, trace }) {
    expect(customerio.events('onboarding_started').map(({ timestamp }) => timestamp)).toEqual([at]);
    expect(kommo.notes(DEAL)).toHaveLength(1);
    expect(await trace(DEAL)).not.toContain('skip_moves_after');
  },
});

const added = (times: Record<string, string | number>) =>
  form('add', { status_id: stages.onboarding, ...times });

const creations: Scenario[] = [
  creation({
    title: 'a deal whose times are all years ago was created when it arrived',
    body: added({
      date_create: 1_635_022_800,
      created_at: 1_635_022_800,
      last_modified: 1_635_022_800,
      updated_at: 1_635_022_800,
    }),
    at: T + 1,
  }),
  creation({
    title: 'a deal whose times are all in five days was created when it arrived',
    body: added({
      date_create: T + 432_000,
      created_at: T + 432_000,
      last_modified: T + 432_000,
      updated_at: T + 432_000,
    }),
    createdAt: T + 432_000,
    at: T + 1,
  }),
  creation({
    title: 'a deal with nothing but a date of creation of 2021 was created when it arrived',
    body: added({ date_create: 1_635_022_800 }),
    at: T + 1,
  }),
  creation({ title: 'a deal without any time was created when it arrived', body: added({}), at: T + 1 }),
  creation({
    title: 'a deal with a wall clock for its date of creation was created when it was last modified',
    body: added({ date_create: '2021-10-24 00:00:00', last_modified: T }),
    at: T,
  }),
  creation({
    title: 'a backdated deal that only the history tells of was created when the history says',
    body: null,
    logAfter: 100,
    at: T,
  }),
  creation({
    title: 'a deal dated ahead that only the history tells of was created when the history says',
    body: null,
    logAfter: 100,
    createdAt: T + 432_000,
    at: T,
  }),
  creation({
    title: 'the history is read before the webhook of a backdated deal: one creation',
    body: added({ date_create: 1_635_022_800, last_modified: T }),
    logAfter: -300,
    at: T,
  }),
];

export const times: Scenario[] = [...moves, thereAndBack, reportAhead, ...creations];
