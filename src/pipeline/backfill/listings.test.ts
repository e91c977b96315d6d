import { describe, expect, it } from 'vitest';
import type { BackfillFilter } from '../../domain/backfill.ts';
import type { DealRule } from '../../domain/rules/rules.ts';
import { listingsOf } from './listings.ts';

const stage = (id: number, isIncoming = false) => ({ id, name: `Stage ${id}`, color: null, isIncoming });
const PIPELINES = [
  { id: 1, name: 'Sales', stages: [stage(10, true), stage(11), stage(142), stage(143)] },
  { id: 2, name: 'Renewals', stages: [stage(21), stage(142)] },
];
const LAST: { deal: DealRule } = { deal: { kind: 'last_changed' } };

function listed(stages: BackfillFilter['stages'], rules = LAST) {
  const filter = { stages } as BackfillFilter;
  return listingsOf(filter, PIPELINES, rules).map((listing) =>
    listing.map(({ pipelineId, stageId }) => `${pipelineId}/${stageId}`),
  );
}

describe('the lists of a backfill', () => {
  it('have open deals before closed ones, and no incoming leads', () => {
    expect(listed([])).toEqual([
      ['1/11', '2/21'],
      ['1/142', '1/143', '2/142'],
    ]);
  });

  it('begin with the open deals of the pipeline that attributes follow', () => {
    const rules = { deal: { kind: 'pipeline', pipelineId: 2, pipelineName: 'Renewals' } } as const;
    expect(listed([], rules)).toEqual([['2/21'], ['1/11'], ['1/142', '1/143', '2/142']]);
  });

  it('have only the stages of the filter', () => {
    expect(
      listed([
        { pipelineId: 1, stageId: 142 },
        { pipelineId: 2, stageId: null },
      ]),
    ).toEqual([['2/21'], ['1/142', '2/142']]);
  });
});
