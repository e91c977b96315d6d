import { describe, expect, it } from 'vitest';
import type { FunnelOverview, FunnelStage } from '../../../api/types.ts';
import { periodsOf, stageEffects, sumOf } from './version-effect.ts';

const MINUTE = 60_000;
const DAY = 86_400_000;

describe('the times that are compared', () => {
  it('are as long before a version as since', () => {
    expect(periodsOf(10 * DAY, null, 12 * DAY)).toEqual({
      before: { since: 8 * DAY, until: 10 * DAY },
      after: { since: 10 * DAY, until: 12 * DAY },
    });
  });

  it('end with the next version', () => {
    const { before, after } = periodsOf(10 * DAY, 11 * DAY, 20 * DAY);
    expect([before.since, after.until]).toEqual([9 * DAY, 11 * DAY]);
  });

  it('are at most 30 days', () => {
    const { before, after } = periodsOf(100 * DAY, null, 200 * DAY);
    expect([before.since, after.until]).toEqual([70 * DAY, 130 * DAY]);
  });

  it('are the same for a whole minute, and never empty', () => {
    expect(periodsOf(0, null, 1)).toEqual(periodsOf(0, null, MINUTE - 1));
    expect(periodsOf(5 * MINUTE, null, 5 * MINUTE).after).toEqual({ since: 5 * MINUTE, until: 6 * MINUTE });
    expect(periodsOf(5 * MINUTE, null, 2 * MINUTE).after.until).toBe(6 * MINUTE);
  });
});

const stage = (id: number, entered: number, emailed: number): FunnelStage => ({
  ...{ id, name: `Stage ${id}`, color: '#99ccff', event: 'demo_booked', campaigns: [], movedOn: 0 },
  ...{ entered, emailed, opened: 0, clicked: 0 },
});

const overview = (...stages: FunnelStage[]): Pick<FunnelOverview, 'funnels'> => ({
  funnels: [{ connection: 'acme', id: 1, name: 'Sales', entered: 0, stages }],
});

describe('what a version did to the stages', () => {
  it('has each stage that was entered before or after', () => {
    const effects = stageEffects(
      overview(stage(1, 4, 1), stage(2, 0, 0)),
      overview(stage(1, 6, 6), stage(3, 2, 0)),
    );
    expect(
      effects.map(({ id, before, after }) => [id, before.emailed, after.emailed, after.entered]),
    ).toEqual([
      [1, 1, 6, 6],
      [3, 0, 0, 2],
    ]);
    expect(sumOf(effects, 'after')).toEqual({ entered: 8, emailed: 6, opened: 0, clicked: 0 });
    expect(sumOf(effects, 'before').entered).toBe(4);
  });

  it('leaves out stages without a rule', () => {
    const other = { ...stage(1, 5, 0), event: null };
    expect(stageEffects(overview(other), overview(other))).toEqual([]);
  });

  it('keeps stages of two pipelines apart', () => {
    const both = { funnels: [1, 2].map((id) => ({ ...overview(stage(1, id, 0)).funnels[0]!, id })) };
    expect(stageEffects({ funnels: [] }, both).map(({ after }) => after.entered)).toEqual([1, 2]);
  });
});
