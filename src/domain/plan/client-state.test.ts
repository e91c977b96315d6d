import { describe, expect, it } from 'vitest';
import {
  contact,
  context,
  dealContext,
  rules as exampleRules,
  ledgerOf,
  mailReport,
  SALES,
} from '../../../test/support/entities.ts';
import type { MailState } from '../consent/mail-state.ts';
import type { Rules, StageRule } from '../rules/rules.ts';
import { plan } from './plan.ts';
import type { PlanContext } from './plan-types.ts';

const ANN = 'ann@example.com';
/** 14 November 2023 in Madrid; the context is read some minutes later. */
const AT = 1_700_000_500;
const won = {
  kind: 'deal_moved',
  dealId: 5,
  from: null,
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: 1_700_000_900,
} as const;
const ranOut = {
  kind: 'inactivity',
  watchId: 1,
  start: 'deal_won',
  person: ANN,
  dealId: 5,
  occurredAt: 1_700_000_950,
} as const;

const STATES: [reports: string[], state: MailState, sentence: string][] = [
  [['email_unsubscribed'], 'unsubscribed', 'Ann gets no email: unsubscribed on 14 Nov.'],
  [['email_spammed'], 'complained', 'Ann gets no email: marked an email as spam on 14 Nov.'],
  [['email_bounced'], 'bounced', 'Ann gets no email: the address bounced on 14 Nov.'],
  [['email_dropped'], 'suppressed', 'Ann gets no email: the address was on a suppression list on 14 Nov.'],
];

/** Without fields: what deals show of their clients has tests of its own. */
const rules = (part: Partial<Rules> = {}) => exampleRules({ reactions: [], ...part });
const reported = (names: string[], part: Partial<PlanContext> = {}) =>
  context({ ledger: ledgerOf(names.map((name) => mailReport({ name, occurredAt: AT }))), ...part });
const rulesWith = (part: Partial<StageRule>) => {
  const given = rules();
  return { ...given, stages: given.stages.map((stage) => ({ ...stage, ...part })) };
};
const textsOf = ({ actions }: ReturnType<typeof plan>, kind: 'note' | 'task') =>
  actions.flatMap(({ action }) => (action.kind === kind ? [action.text] : []));

describe.each(STATES)('a deal of a client with the reports %j enters a stage', (reports, state, sentence) => {
  const result = plan(won, reported(reports), rules());

  it('and the event is sent', () => {
    expect(result.actions.map(({ action }) => action.kind)).toEqual(['identify', 'track', 'note']);
  });

  it('and the note claims no campaign', () => {
    expect(textsOf(result, 'note')).toEqual([`Customer.io has the event deal_won, but ${sentence}`]);
  });

  it('and the trace says so', () => {
    expect(result).toMatchObject({ clientState: state, warnings: [sentence] });
  });

  it('and nothing is sent where the rule leaves such clients out', () => {
    const skipped = plan(won, reported(reports), rulesWith({ unmailableClients: 'skip' }));
    expect(skipped).toMatchObject({ outcome: 'ignored', actions: [], effects: [], clientState: state });
    expect(skipped.reason).toBe(
      `The rule sends nothing for clients who get no email (unmailable_clients: skip). ${sentence}`,
    );
  });

  it('and the task of a timer that runs out says it first', () => {
    const ended = plan(ranOut, reported(reports), rules({ inactivity: [keepsRunning] }));
    expect(textsOf(ended, 'task')).toEqual([`${sentence} Reach out to Ann`]);
    expect(ended).toMatchObject({ clientState: state, warnings: [sentence] });
  });
});

const keepsRunning = { ...rules().inactivity[0]!, unmailableClients: 'keep' as const };

describe('a client who can get email', () => {
  it('gets the rule’s own texts', () => {
    expect(textsOf(plan(won, context(), rules()), 'note')).toEqual([
      "Campaign 'deal_won' launched in Customer.io",
    ]);
    expect(textsOf(plan(ranOut, context(), rules()), 'task')).toEqual(['Reach out to Ann']);
    expect(plan(won, context(), rules())).toMatchObject({ clientState: 'mailable', warnings: [] });
  });

  it('is not left out by a rule that skips the others', () => {
    expect(plan(won, context(), rulesWith({ unmailableClients: 'skip' })).outcome).toBe('planned');
  });

  it('is one whose opt-out came after the time that the plan is for', () => {
    const later = ledgerOf([mailReport({ name: 'email_unsubscribed', occurredAt: 1_700_009_999 })]);
    expect(plan(won, context({ ledger: later }), rules()).clientState).toBe('mailable');
  });
});

it('a client without an email address who is identified by the contact’s id gets no email', () => {
  const deals = [dealContext({ contacts: [contact({ emails: [] })] })];
  const result = plan(won, context({ deals }), rules({ identifyBy: 'contact_id' }));
  expect(textsOf(result, 'note')).toEqual([
    'Customer.io has the event deal_won, but Ann gets no email: no email address.',
  ]);
});

it('a text that speaks of the client’s state itself is left as it is', () => {
  const note =
    '{% if client.mailable %}Launched{% else %}Call {{ contact.first_name }}: {{ client.reason }}{% endif %}';
  expect(textsOf(plan(won, context(), rulesWith({ note })), 'note')).toEqual(['Launched']);
  expect(textsOf(plan(won, reported(['email_unsubscribed']), rulesWith({ note })), 'note')).toEqual([
    'Call Ann: unsubscribed on 14 Nov',
  ]);
});

it('a rule without a note gets none', () => {
  expect(textsOf(plan(won, reported(['email_unsubscribed']), rulesWith({ note: '' })), 'note')).toEqual([]);
});

it('of several contacts only those who get no email are named, and left out', () => {
  const both = [contact(), contact({ id: 10, firstName: 'Bo', emails: ['bo@example.com'] })];
  const everybody = reported(['email_unsubscribed'], { deals: [dealContext({ contacts: both })] });
  const result = plan(won, everybody, { ...rulesWith({ unmailableClients: 'skip' }), contacts: 'all' });
  expect(result.actions.map(({ action }) => 'person' in action && action.person)).toEqual([
    'bo@example.com',
    'bo@example.com',
    false,
  ]);
  expect(result).toMatchObject({
    clientState: 'mailable',
    warnings: ['Ann gets no email: unsubscribed on 14 Nov.'],
  });
});

it('the year is named where it is another one', () => {
  const old = ledgerOf([mailReport({ name: 'email_unsubscribed', occurredAt: 1_600_000_000 })]);
  expect(plan(won, context({ ledger: old }), rules()).warnings).toEqual([
    'Ann gets no email: unsubscribed on 13 Sep 2020.',
  ]);
});
