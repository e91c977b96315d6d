import { describe, expect, it, test } from 'vitest';
import {
  context,
  deal,
  dealContext,
  knownPerson,
  ledgerOf,
  mailReport,
  rules,
  SALES,
} from '../../../test/support/entities.ts';
import type { DealMoved, InactivityReached } from '../events.ts';
import type { InactivityRule, StopCondition } from '../rules/rules.ts';
import { plan } from './plan.ts';
import type { PlanContext, RunningWatch } from './plan-types.ts';

const ONBOARDING = { pipelineId: SALES.id, stageId: 12345681 };
const WON = { pipelineId: SALES.id, stageId: 142 };
const LOST = { pipelineId: SALES.id, stageId: 143 };

const watch: RunningWatch = {
  id: 1,
  start: 'deal_won',
  unless: 'email_opened',
  dealId: 5,
  startedAt: 1_700_000_000,
  firesAt: 1_700_432_000,
};
const ranOut: InactivityReached = {
  kind: 'inactivity',
  watchId: 1,
  start: 'deal_won',
  person: 'ann@example.com',
  dealId: 5,
  occurredAt: 1_700_000_950,
};

function moved(to: DealMoved['to'], occurredAt = 1_700_000_900): DealMoved {
  return { kind: 'deal_moved', dealId: 5, from: WON, to, occurredAt };
}

function timer(part: Partial<InactivityRule>) {
  return rules({ inactivity: [{ ...rules().inactivity[0]!, unmailableClients: 'keep', ...part }] });
}

function isStopped(event: Parameters<typeof plan>[0], unless: string, stopWhen: StopCondition[] = []) {
  const known = context({ known: [knownPerson()], watches: [{ ...watch, unless }] });
  return plan(event, known, timer({ stopWhen })).effects.some(({ kind }) => kind === 'stop_watches');
}

describe('a timer with several reports', () => {
  test.each([
    ['email_clicked', 'email_opened, email_clicked', true],
    ['sms_replied', 'email_opened, any_engagement', true],
    ['push_opened', 'any_engagement', true],
    ['email_delivered', 'any_engagement', false],
    ['email_unsubscribed', 'any_engagement', false],
    ['email_clicked', 'email_opened', false],
  ])('after %s with "%s" is stopped: %s', (name, unless, expected) => {
    expect(isStopped(mailReport({ name }), unless)).toBe(expected);
  });

  it('is not stopped by a machine', () => {
    expect(isStopped(mailReport({ name: 'email_clicked', machine: true }), 'any_engagement')).toBe(false);
  });

  it('starts with all of them', () => {
    const { effects } = plan(moved(WON), context(), timer({ unless: ['email_opened', 'any_engagement'] }));
    expect(effects).toContainEqual(expect.objectContaining({ unless: 'email_opened, any_engagement' }));
  });
});

describe('a move of the deal', () => {
  test.each<[StopCondition[], DealMoved['to'], boolean]>([
    [['lost'], LOST, true],
    [['won'], LOST, false],
    [['stage_left'], LOST, true],
    [['stage_left'], ONBOARDING, true],
    [['stage_left'], WON, false],
    [[], ONBOARDING, false],
  ])('with stop_when %j to %j stops the timer: %s', (stopWhen, to, expected) => {
    expect(isStopped(moved(to), 'email_opened', stopWhen)).toBe(expected);
  });

  it('from before the start does not stop the timer', () => {
    expect(isStopped(moved(ONBOARDING, watch.startedAt - 1), 'email_opened', ['stage_left'])).toBe(false);
  });

  it('that sends nothing says what it has stopped', () => {
    const result = plan(
      moved(ONBOARDING),
      context({ known: [knownPerson()], watches: [watch] }),
      timer({ stopWhen: ['stage_left'] }),
    );
    expect(result.reason).toBe(
      'No rule for the stage Onboarding of the pipeline Sales. It stopped the inactivity timer.',
    );
  });
});

describe('a report about the client', () => {
  test.each<[string, StopCondition[], boolean]>([
    ['email_unsubscribed', ['unsubscribed'], true],
    ['email_spammed', ['unsubscribed'], true],
    ['email_bounced', ['bounced'], true],
    ['email_dropped', ['bounced'], true],
    ['email_bounced', ['unsubscribed'], false],
    ['email_unsubscribed', [], false],
  ])('%s with stop_when %j stops the timer: %s', (name, stopWhen, expected) => {
    expect(isStopped(mailReport({ name }), 'email_opened', stopWhen)).toBe(expected);
  });

  it('a bounce stops the timer of somebody who is unsubscribed already', () => {
    const ledger = ledgerOf([mailReport({ name: 'email_unsubscribed', occurredAt: 1_700_000_100 })]);
    const known = context({ known: [knownPerson()], watches: [watch], ledger });
    const { effects } = plan(mailReport({ name: 'email_bounced' }), known, timer({ stopWhen: ['bounced'] }));
    expect(effects).toContainEqual({ kind: 'stop_watches', watchIds: [1] });
  });
});

describe('a timer does not start', () => {
  it('for a client of whom a condition holds already', () => {
    const ledger = ledgerOf([mailReport({ name: 'email_unsubscribed' })]);
    const started = ({ inactivity }: ReturnType<typeof timer>) =>
      plan(moved(WON), context({ ledger }), rules({ inactivity })).effects.some(
        ({ kind }) => kind === 'start_watch',
      );
    expect(started(timer({ stopWhen: ['unsubscribed'] }))).toBe(false);
    expect(started(timer({ stopWhen: ['bounced'] }))).toBe(true);
  });
});

describe('a timer that runs out', () => {
  function reasonWith(part: Partial<PlanContext>, rule: Partial<InactivityRule>) {
    return plan(ranOut, context(part), timer(rule)).reason;
  }
  const lost = { deals: [dealContext({ deal: deal({ stage: LOST }) })] };
  const optedOut = { ledger: ledgerOf([mailReport({ name: 'email_unsubscribed' })]) };

  test.each<[Partial<PlanContext>, Partial<InactivityRule>, string | null]>([
    [lost, { stopWhen: ['lost'] }, 'The deal is lost (stop_when: lost).'],
    [
      lost,
      { stopWhen: ['stage_left'] },
      'The deal has left the stage that started the timer (stop_when: stage_left).',
    ],
    [lost, { stopWhen: ['won'] }, null],
    [{}, { stopWhen: ['stage_left'] }, null],
    [
      optedOut,
      { stopWhen: ['unsubscribed'] },
      'Ann gets no email: unsubscribed on 14 Nov. That stops the timer (stop_when: unsubscribed).',
    ],
    [
      optedOut,
      { unmailableClients: 'stop' },
      'Ann gets no email: unsubscribed on 14 Nov. That stops the timer (unmailable_clients: stop).',
    ],
    [optedOut, {}, null],
  ])('checks the deal and the client once more (%#)', (part, rule, reason) => {
    expect(reasonWith(part, rule)).toBe(reason);
  });
});
