import { expect } from 'vitest';
import type { FaultRule } from '../../../simulators/common/fault-types.ts';
import type { AccountTrouble } from '../../../simulators/kommo/types.ts';
import type { Scenario, Scene, Step } from '../support/scene.ts';
import {
  annsDeal,
  DAY,
  keep,
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

interface Trouble {
  title: string;
  begin(scene: Scene): void;
  end(scene: Scene): void;
  /** What happens in between. */
  meanwhile?: Step[];
  /** How long it lasts, s. */
  lasts?: number;
}

/** An account in trouble from T + 600 on. Everything that comes meanwhile must be written once, and nothing is given up. */
const trouble = ({ title, begin, end, meanwhile = [], lasts = 3_000 }: Trouble): Scenario => ({
  case: '16',
  title: `${title}: nothing is lost, doubled or given up`,
  config(connection) {
    connection.reactions.email_converted = { field: { Segment: '{{ occurred_at }}' } };
  },
  setUp: annsDeal,
  steps: [
    move(T - 3_600, stages.demo),
    step(T + 600, (scene) => {
      begin(scene);
      scene.blocked = true;
    }),
    report(T + 602, 'opened'),
    report(T + 702, 'unsubscribed'),
    ...meanwhile,
    wait(T + 1_800),
    keep(T + 600 + lasts - 1, 'dead letters', (scene) => scene.deadLetters()),
    step(T + 600 + lasts, (scene) => {
      end(scene);
      scene.blocked = false;
    }),
    ...[400, 3_600, 7_200].map((after) => wait(T + 600 + lasts + after)),
  ].sort((one, other) => one.at - other.at),
  async check(scene) {
    const opened = noteTexts(scene).filter((text) => text.startsWith('Client opened'));
    expect(opened).toEqual(['Client opened email (Welcome)']);
    expect(taskTexts(scene)).toEqual(['Client unsubscribed from Customer.io emails - clarify preferences']);
    expect(statusOf(scene)).toBe('unsubscribed');
    expect(await scene.seen['dead letters']).toBe(0);
    expect(await scene.deadLetters()).toBe(0);
  },
});

const ofAccount = (
  title: string,
  kind: AccountTrouble,
  except?: RegExp,
  more: Partial<Trouble> = {},
): Scenario =>
  trouble({
    title,
    begin: ({ kommo }) => kommo.setTrouble(kind, except ? { except } : {}),
    end: ({ kommo }) => kommo.setTrouble(null),
    ...more,
  });

const byFault = (title: string, fault: FaultRule): Scenario =>
  trouble({
    title,
    begin: ({ kommo }) => kommo.faults.add(fault),
    end: ({ kommo }) => kommo.faults.clear(),
  });

/** Changes of the deal go through all the time; only notes and tasks are refused. */
const conversions: Step[] = [900, 1_200, 1_500, 1_800, 2_400].map((after) => report(T + after, 'converted'));

const all = { match: { path: /\/api\/v4\// } };

export const troubles: Scenario[] = [
  ofAccount('an error code in the language of the account', 'error_code_local'),
  ofAccount(
    'an error code in the language of the account for notes and tasks only',
    'error_code_local',
    /\/leads$/,
    {
      meanwhile: conversions,
    },
  ),
  ofAccount(
    'an error code for notes and tasks only',
    'error_code',
    /\/(leads|account|contacts|users|events)$/,
  ),
  ofAccount('an error code for notes only', 'error_code', /\/(leads|account|contacts|users|events|tasks)$/),
  ofAccount('an error code over a weekend', 'error_code', undefined, { lasts: 2 * DAY }),
  ofAccount('a plan that ended, over four days', 'payment', undefined, { lasts: 4 * DAY }),
  byFault('403 in JSON for everything', { kind: 'status', status: 403, ...all }),
  byFault('403 in JSON for writes only', {
    kind: 'status',
    status: 403,
    match: { method: 'POST', path: /\/api\/v4\// },
  }),
  byFault('400 with a page for everything', { kind: 'status', status: 400, body: 'html', ...all }),
  byFault('400 without a body for everything', { kind: 'status', status: 400, body: 'empty', ...all }),
  byFault('402 with a page for everything', { kind: 'status', status: 402, body: 'html', ...all }),
  byFault('401 for everything', { kind: 'status', status: 401, ...all }),
  byFault('404 with a page for everything', { kind: 'status', status: 404, body: 'html', ...all }),
  byFault('423 for everything', { kind: 'status', status: 423, ...all }),
  byFault('429 with a page for everything', { kind: 'status', status: 429, body: 'html', ...all }),
  byFault('200 with a page of maintenance for everything', {
    kind: 'status',
    status: 200,
    body: 'html',
    ...all,
  }),
  byFault('a redirection to the sign-in page for everything', {
    kind: 'status',
    status: 302,
    body: 'html',
    ...all,
  }),
];
