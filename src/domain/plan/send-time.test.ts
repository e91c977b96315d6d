import { describe, expect, it } from 'vitest';
import { context, deal, dealContext, rules, SALES } from '../../../test/support/entities.ts';
import type { DealMoved } from '../events.ts';
import { parseQuietHours } from '../rules/quiet-hours.ts';
import type { StageRule } from '../rules/rules.ts';
import { plan } from './plan.ts';
import type { PlanContext } from './plan-types.ts';

/** Tuesday, 14 November 2023, 23:28 in Madrid. */
const MOVED = 1_700_000_900;
const HOUR = 3_600;
const MORNING = 1_700_031_600;
const won: DealMoved = {
  kind: 'deal_moved',
  dealId: 5,
  from: null,
  to: { pipelineId: SALES.id, stageId: 142 },
  occurredAt: MOVED,
};

function planned(rule: Partial<StageRule>, readAt: number, part: Partial<PlanContext> = {}) {
  const stages = [{ ...rules().stages[0]!, ...rule }];
  const waitingSince = readAt > MOVED + 60 ? MOVED : null;
  return plan(won, context({ readAt, waitingSince, ...part }), rules({ stages }));
}

describe('a rule with a delay', () => {
  const delay = { delaySeconds: 2 * HOUR };

  it('lets the move wait, and says until when', () => {
    expect(planned(delay, MOVED + 5)).toMatchObject({
      outcome: 'waiting',
      actions: [],
      effects: [],
      reason: 'The event goes out on 15 Nov at 01:28, in the time zone of the account (delay: 2 hours).',
      waitsFor: { contactIds: [], until: MOVED + 2 * HOUR, isExact: true },
    });
  });

  it('sends when the time has come, with that time, and its timer runs from then on', () => {
    const result = planned(delay, MOVED + 2 * HOUR + 3);
    expect(result).toMatchObject({ outcome: 'planned' });
    expect(result.warnings).toContain(
      'Sent 2 hours after the stage change, as the rule says (delay: 2 hours).',
    );
    expect(result.actions.map(({ action }) => action)).toContainEqual(
      expect.objectContaining({ kind: 'track', timestamp: MOVED + 2 * HOUR }),
    );
    expect(result.effects).toContainEqual(
      expect.objectContaining({ kind: 'start_watch', startedAt: MOVED + 2 * HOUR }),
    );
  });

  it('sends although nothing waits for a contact (wait_for_contact: off), and an hour late after an outage', () => {
    const stages = [{ ...rules().stages[0]!, ...delay }];
    for (const late of [3, HOUR]) {
      const then = context({ readAt: MOVED + 2 * HOUR + late, waitingSince: MOVED });
      expect(plan(won, then, rules({ stages, waitForContactSeconds: 0 })).outcome).toBe('planned');
    }
  });

  it('sends nothing for a deal that has left the stage by then, unless the rule wants it', () => {
    const stage = { pipelineId: SALES.id, stageId: 143 };
    const deals = [dealContext({ deal: deal({ stage }) })];
    expect(planned({ ...delay, whenLeft: 'drop' }, MOVED + 3 * HOUR, { deals })).toMatchObject({
      outcome: 'ignored',
      reason: 'The deal has left the stage before its event went out (delay: 2 hours; when_left: drop).',
    });
    expect(planned({ ...delay, whenLeft: 'send' }, MOVED + 3 * HOUR, { deals }).outcome).toBe('planned');
  });
});

describe('a rule with quiet hours', () => {
  const night = { quietHours: parseQuietHours('21:00-08:00') };

  it('holds the event until they are over', () => {
    expect(planned(night, MOVED + 5)).toMatchObject({
      outcome: 'waiting',
      reason:
        'The event goes out on 15 Nov at 08:00, in the time zone of the account (quiet_hours: 21:00-08:00).',
      waitsFor: { until: MORNING },
    });
    expect(planned(night, MORNING).outcome).toBe('planned');
  });

  it('let no timer run out in them', () => {
    const stages = [{ ...rules().stages[0]!, quietHours: parseQuietHours('10:00-12:00') }];
    const inactivity = [{ ...rules().inactivity[0]!, afterSeconds: 12 * HOUR }];
    const { effects } = plan(won, context({ readAt: MOVED }), rules({ stages, inactivity }));
    const timer = { kind: 'start_watch', startedAt: MOVED, firesAt: MORNING + 4 * HOUR };
    expect(effects).toContainEqual(expect.objectContaining(timer));
  });

  it('holds an event that is learned of late, and sends outside of them at once', () => {
    const noon = { ...won, occurredAt: MOVED - 12 * HOUR };
    const { stages } = rules({ stages: [{ ...rules().stages[0]!, ...night }] });
    expect(plan(noon, context({ readAt: MOVED }), rules({ stages })).outcome).toBe('waiting');
    expect(plan(noon, context({ readAt: noon.occurredAt + 60 }), rules({ stages })).outcome).toBe('planned');
  });

  it('follow the delay', () => {
    const both = { ...night, delaySeconds: HOUR };
    expect(planned(both, MOVED + 5)).toMatchObject({ waitsFor: { until: MORNING } });
  });
});
