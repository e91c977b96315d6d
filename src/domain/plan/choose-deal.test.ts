import { describe, expect, it } from 'vitest';
import { deal } from '../../../test/support/entities.ts';
import type { MailReport } from '../events.ts';
import type { DealRule } from '../rules/rules.ts';
import { chooseDeal, dealOfReport } from './choose-deal.ts';

const SERVICE = 2;
const LAST: DealRule = { kind: 'last_changed' };
const IN_SERVICE: DealRule = { kind: 'pipeline', pipelineId: SERVICE, pipelineName: 'Service' };

const open = (id: number, updatedAt: number, pipelineId = 1) =>
  deal({ id, updatedAt, isClosed: false, stage: { pipelineId, stageId: 7 } });
const closed = (id: number, closedAt: number) => deal({ id, closedAt, isClosed: true });
const chosen = (rule: DealRule, ...deals: ReturnType<typeof deal>[]) => {
  const choice = chooseDeal(deals, rule);
  return choice && { deal: choice.deal.id, noted: choice.noted.map(({ id }) => id), why: choice.why };
};

describe('which of a person’s deals a report belongs to', () => {
  it('is the open one that changed last, and says so', () => {
    expect(chosen(LAST, closed(1, 900), open(2, 100), open(3, 200))).toEqual({
      deal: 3,
      noted: [3],
      why: 'The report belongs to deal 3: of 2 open deals the one that changed last (person.deal).',
    });
  });

  it('needs no reason where one deal is open', () => {
    expect(chosen(LAST, closed(1, 900), open(2, 100))).toEqual({ deal: 2, noted: [2], why: null });
  });

  it('is the one that closed last where none is open', () => {
    expect(chosen(IN_SERVICE, closed(1, 900), closed(2, 950))).toEqual({
      deal: 2,
      noted: [2],
      why: 'The report belongs to deal 2: of 2 closed deals the one that closed last.',
    });
  });

  it('is none where there is none', () => {
    expect(chosen(LAST)).toBeNull();
  });

  it('is one of the pipeline that the rule names, though another has changed since', () => {
    expect(chosen(IN_SERVICE, open(1, 100, SERVICE), open(2, 200))).toEqual({
      deal: 1,
      noted: [1],
      why: 'The report belongs to deal 1: of 2 open deals the one in the pipeline Service (person.deal).',
    });
    expect(chosen(IN_SERVICE, open(1, 100, SERVICE), open(2, 150, SERVICE), open(3, 200))?.why).toBe(
      'The report belongs to deal 2: of 3 open deals the one in the pipeline Service that changed last (person.deal).',
    );
  });

  it('is the one that changed last where the pipeline has none of them', () => {
    expect(chosen(IN_SERVICE, open(1, 100), open(2, 200))).toEqual({
      deal: 2,
      noted: [2],
      why: 'The report belongs to deal 2: of 2 open deals the one that changed last, as none is in the pipeline Service (person.deal).',
    });
  });

  it('is all open ones, with the task on the one that changed last', () => {
    expect(chosen({ kind: 'all' }, closed(1, 900), open(2, 200), open(3, 100))).toEqual({
      deal: 2,
      noted: [2, 3],
      why: 'The report belongs to all 2 open deals, and its task to the one that changed last, deal 2 (person.deal).',
    });
  });

  it('gives the notes of one report to ten deals at most', () => {
    const many = Array.from({ length: 12 }, (_, index) => open(index + 1, 100 + index));
    const choice = chosen({ kind: 'all' }, ...many);
    expect(choice?.noted).toEqual([12, 11, 10, 9, 8, 7, 6, 5, 4, 3]);
    expect(choice?.why).toContain('the newest 10 of 12 open deals');
  });
});

describe('the email’s own deal', () => {
  const report = (name: string): MailReport => ({
    ...{
      kind: 'mail_report',
      name,
      reportId: 'r',
      occurredAt: 1,
      deliveryId: 'd',
      machine: false,
      values: {},
    },
    person: { id: null, email: 'ann@x.example', cioId: null },
  });
  const own = open(1, 10);
  const ownClosed = closed(1, 10);
  const other = open(2, 20);
  const lost = closed(3, 30);

  it.each([
    ['email_opened', 'its own deal', own, [own, other], 1],
    ['email_opened', 'its own deal, though closed', ownClosed, [ownClosed, other], 1],
    ['email_opened', 'its own deal, though the person has left it', own, [other], 1],
    ['email_delivered', 'its own deal, though closed', ownClosed, [ownClosed, other], 1],
    ['email_opened', 'the deal that changed last, where none is its own', null, [own, other], 2],
    ['email_unsubscribed', 'its own deal', own, [own, other], 1],
    ['email_unsubscribed', 'an open deal, where its own is closed', ownClosed, [ownClosed, other], 2],
    ['email_spammed', 'an open deal, where the person has left its own', own, [other], 2],
    ['email_bounced', 'its own deal, though closed, where no other is open', ownClosed, [ownClosed, lost], 1],
  ] as const)('%s goes to %s', (name, _, ownDeal, candidates, expected) => {
    expect(dealOfReport(report(name), ownDeal, candidates, LAST)?.deal.id).toBe(expected);
  });

  it('goes before the rule, and the reason says so', () => {
    expect(dealOfReport(report('email_opened'), own, [own, other], { kind: 'all' })).toEqual({
      deal: own,
      noted: [own],
      why: 'The report belongs to deal 1, for which the email was sent.',
    });
  });
});
