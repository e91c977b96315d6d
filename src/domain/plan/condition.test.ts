import { describe, expect, it } from 'vitest';
import { contact, context, deal, dealContext, field, rules, SALES } from '../../../test/support/entities.ts';
import type { Condition } from '../rules/condition.ts';
import { plan } from './plan.ts';
import type { DealContext } from './plan-types.ts';

const won = {
  kind: 'deal_moved',
  dealId: 5,
  from: null,
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: 1_700_000_900,
} as const;
const isPro: Condition = {
  kind: 'value',
  path: 'deal.field.Plan',
  label: 'Plan',
  test: { kind: 'one_of', wanted: ['Pro'] },
};
const hasPhone: Condition = {
  kind: 'value',
  path: 'contact.phone',
  label: 'contact’s phone',
  test: { kind: 'empty', wanted: false },
};

function planned(condition: Condition, part: Partial<DealContext> = {}) {
  const stages = [{ ...rules().stages[0]!, condition }];
  return plan(won, context({ deals: [dealContext(part)] }), rules({ stages }));
}

describe('a stage rule with a condition', () => {
  it('sends where it holds', () => {
    expect(planned(isPro)).toMatchObject({ outcome: 'planned', reason: null });
  });

  it('sends nothing where it does not hold, starts no timer, and says why', () => {
    const basic = { deal: deal({ fields: [field('Plan', 'Basic')] }) };
    expect(planned(isPro, basic)).toMatchObject({
      outcome: 'ignored',
      rule: 'Sales / Closed - won → deal_won',
      reason: 'Plan is Basic, and the rule is for Pro only (if).',
      actions: [],
      effects: [],
    });
  });

  it('does not let a deal wait for its contact where it does not hold', () => {
    const nobody = { deal: deal({ fields: [], contactIds: [] }), contacts: [] };
    expect(planned(isPro, nobody)).toMatchObject({
      outcome: 'ignored',
      reason: 'Plan is empty, and the rule is for Pro only (if).',
    });
  });

  it('on the contact is judged once there is one', () => {
    const nobody = { deal: deal({ contactIds: [] }), contacts: [] };
    expect(planned(hasPhone, nobody).outcome).toBe('waiting');
    expect(planned(hasPhone, { contacts: [contact({ phones: [] })] })).toMatchObject({
      outcome: 'ignored',
      reason: 'Contact’s phone is empty, and the rule is for deals that have it (if).',
    });
  });
});
