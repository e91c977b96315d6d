import { describe, expect, it } from 'vitest';
import {
  contact,
  context,
  deal,
  dealContext,
  field,
  knownPerson,
  ledgerOf,
  mailReport,
  rules,
  SALES,
} from '../../../test/support/entities.ts';
import { discardReason } from '../../store/holds/decide-holds.ts';
import type { DealMoved } from '../events.ts';
import { noEmailReasonOf } from '../plan/no-email.ts';
import { plan } from '../plan/plan.ts';
import type { Plan, PlanContext } from '../plan/plan-types.ts';
import type { Condition } from '../rules/condition.ts';
import type { StageRule } from '../rules/rules.ts';
import { type EntryFacts, mayChange, missedReason } from './missed-email.ts';

const MOVED = 1_700_000_900;
const HOUR = 3_600;
const won: DealMoved = {
  kind: 'deal_moved',
  dealId: 5,
  from: null,
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: MOVED,
};

const NOTHING_SENT = { done: 0, open: 0, failed: 0, dropped: 0 };

const facts = (part: Partial<EntryFacts>): EntryFacts => ({
  state: 'planned',
  noEmail: null,
  reason: null,
  warnings: [],
  rule: 'Sales / Closed - won → deal_won',
  clientState: 'mailable',
  isSetAside: false,
  sends: NOTHING_SENT,
  ...part,
});

/** The reasons for a plan as it is stored, with its code and as earlier versions stored it, before any of its actions was done. */
function reasonsFor(planned: Plan) {
  const { outcome: state, reason, warnings, rule, clientState, actions } = planned;
  const open = actions.filter(({ action }) => action.kind === 'track').length;
  const stored = { state, reason, warnings, rule, clientState, sends: { ...NOTHING_SENT, open } };
  return [noEmailReasonOf(planned), null].map((noEmail) => missedReason(facts({ ...stored, noEmail })));
}

interface Given {
  rule?: Partial<StageRule>;
  event?: Partial<DealMoved>;
  part?: Partial<PlanContext>;
}

const planned = ({ rule = {}, event = {}, part = {} }: Given) =>
  plan({ ...won, ...event }, context(part), rules({ stages: [{ ...rules().stages[0]!, ...rule }] }));

const nobody = [dealContext({ deal: deal({ contactIds: [] }), contacts: [] })];
const withoutEmail = [dealContext({ contacts: [contact({ emails: [] })] })];
const basic = [dealContext({ deal: deal({ fields: [field('Plan', 'Basic')] }) })];
const elsewhere = [dealContext({ deal: deal({ stage: { pipelineId: SALES.id, stageId: 143 } }) })];
const gone = [dealContext({ deal: null, contacts: [] })];
const unsubscribed = {
  known: [knownPerson()],
  ledger: ledgerOf([mailReport({ name: 'email_unsubscribed', occurredAt: MOVED - 60 })]),
};
const isPro: Condition = {
  kind: 'value',
  path: 'deal.field.Plan',
  label: 'Plan',
  test: { kind: 'one_of', wanted: ['Pro'] },
};
const sent = [{ event: 'deal_won', dealId: 5, key: 'p_ann', at: MOVED - HOUR }];

describe('the reason of a plan that sends no email', () => {
  it.each<[string, Given, string]>([
    ['a stage without a rule', { event: { to: { pipelineId: SALES.id, stageId: 143 } } }, 'no_rule'],
    ['no contact', { part: { deals: nobody, readAt: MOVED } }, 'no_contact'],
    ['no contact, for too long', { part: { deals: nobody, readAt: MOVED + 25 * HOUR } }, 'no_contact'],
    ['no email', { part: { deals: withoutEmail, readAt: MOVED } }, 'no_address'],
    ['no deal', { part: { deals: gone, readAt: MOVED + HOUR } }, 'gone'],
    ['a deal that is not there yet', { part: { deals: gone, readAt: MOVED } }, 'gone'],
    ['an unmet condition', { rule: { condition: isPro }, part: { deals: basic } }, 'condition'],
    ['once', { rule: { once: 'deal' }, part: { known: [knownPerson()], sent } }, 'once'],
    ['a backfill', { part: { isSentAlready: true } }, 'repeated'],
    ['an old stage change', { part: { readAt: MOVED + 90 * HOUR } }, 'late'],
    ['a delay', { rule: { delaySeconds: HOUR }, part: { readAt: MOVED } }, 'scheduled'],
    ['a stage left early', { rule: { delaySeconds: HOUR }, part: { deals: elsewhere } }, 'left'],
    ['a skipped opt-out', { rule: { unmailableClients: 'skip' }, part: unsubscribed }, 'unsubscribed'],
    ['an event that is on its way', {}, 'sending'],
  ])('%s', (_, given, reason) => {
    expect(reasonsFor(planned(given))).toEqual([reason, reason]);
  });

  it('is found where the plan writes to the deal all the same', () => {
    const warnings = ['Plan is Basic, and the rule is for Pro only (if).', 'Another warning.'];
    expect(missedReason(facts({ warnings }))).toBe('condition');
  });

  it('is found where timers were stopped as well', () => {
    expect(missedReason(facts({ reason: 'Plan is empty (if). 1 timer was stopped.' }))).toBe('condition');
  });
});

describe('the reason of an event', () => {
  it.each<[string, Partial<EntryFacts>, string]>([
    ['not planned yet', { state: 'new', rule: null }, 'sending'],
    ['held', { state: 'held' }, 'held'],
    ['discarded', { state: 'ignored', reason: discardReason('Mia', 'an import') }, 'discarded'],
    ['that could not be planned', { state: 'ignored', noEmail: 'failed' }, 'failed'],
    ['put aside', { state: 'ignored', isSetAside: true, rule: null }, 'failed'],
    ['refused', { sends: { ...NOTHING_SENT, failed: 1 } }, 'failed'],
    ['dismissed', { sends: { ...NOTHING_SENT, dropped: 1 } }, 'discarded'],
    ['accepted', { sends: { ...NOTHING_SENT, done: 1 } }, 'no_report'],
    ['accepted for one of two', { sends: { ...NOTHING_SENT, done: 1, failed: 1 } }, 'no_report'],
    [
      'accepted for an opt-out',
      { clientState: 'unsubscribed', sends: { ...NOTHING_SENT, done: 1 } },
      'unsubscribed',
    ],
    [
      'accepted for a spam mark',
      { clientState: 'complained', sends: { ...NOTHING_SENT, done: 1 } },
      'complained',
    ],
  ])('%s', (_, part, reason) => {
    expect(missedReason(facts(part))).toBe(reason);
  });

  it('may change until it is planned and its sending has ended', () => {
    expect(mayChange({ state: 'held', sends: NOTHING_SENT })).toBe(true);
    expect(mayChange({ state: 'planned', sends: { ...NOTHING_SENT, open: 1 } })).toBe(true);
    expect(mayChange({ state: 'planned', sends: { ...NOTHING_SENT, done: 1 } })).toBe(false);
    expect(mayChange({ state: 'ignored', sends: NOTHING_SENT })).toBe(false);
  });
});
