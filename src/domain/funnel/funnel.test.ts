import { describe, expect, it } from 'vitest';
import type { Pipeline } from '../entities.ts';
import { type EntryGroup, funnelsOf, isMovedOn, missedOf, stepsOnwards } from './funnel.ts';

const SALES: Pipeline = {
  id: 1,
  name: 'Sales',
  stages: [
    { id: 10, name: 'Demo', color: '#99ccff' },
    { id: 11, name: 'Proposal', color: '#ffff99' },
    { id: 142, name: 'Won', color: '#ccff66' },
    { id: 143, name: 'Lost', color: '#d5d8db' },
  ],
};
const pipelines = new Map([['acme', [SALES]]]);

const group = (part: Partial<EntryGroup>): EntryGroup => ({
  connection: 'acme',
  pipelineId: 1,
  stageId: 10,
  nextPipelineId: null,
  nextStageId: null,
  missed: null,
  entered: 1,
  opened: 0,
  clicked: 0,
  ...part,
});

describe('the funnel of a pipeline', () => {
  it('has each stage in the order of Kommo, with what became of the entries into it', () => {
    const groups = [
      group({ entered: 5, opened: 3, clicked: 1, nextPipelineId: 1, nextStageId: 11 }),
      group({ entered: 2, missed: 'unsubscribed', nextPipelineId: 1, nextStageId: 143 }),
      group({ entered: 1, missed: 'no_address' }),
      group({ stageId: 11, entered: 4, opened: 4 }),
    ];
    const [funnel] = funnelsOf(groups, pipelines);
    expect(funnel).toMatchObject({ connection: 'acme', name: 'Sales', entered: 12 });
    expect(funnel!.stages).toEqual([
      { id: 10, name: 'Demo', color: '#99ccff', entered: 8, emailed: 5, opened: 3, clicked: 1, movedOn: 5 },
      {
        id: 11,
        name: 'Proposal',
        color: '#ffff99',
        entered: 4,
        emailed: 4,
        opened: 4,
        clicked: 0,
        movedOn: 0,
      },
      { id: 142, name: 'Won', color: '#ccff66', entered: 0, emailed: 0, opened: 0, clicked: 0, movedOn: 0 },
      { id: 143, name: 'Lost', color: '#d5d8db', entered: 0, emailed: 0, opened: 0, clicked: 0, movedOn: 0 },
    ]);
  });

  it('keeps the entries into stages and pipelines that Kommo no longer has', () => {
    const funnels = funnelsOf([group({ stageId: 99 }), group({ pipelineId: 7, entered: 3 })], pipelines);
    expect(funnels.map(({ name, entered }) => [name, entered])).toEqual([
      ['Pipeline 7', 3],
      ['Sales', 1],
    ]);
    expect(funnels[1]!.stages.at(-1)).toMatchObject({ name: 'Stage 99', entered: 1 });
  });
});

it.each([
  ['a later stage', { pipelineId: 1, stageId: 11 }, true],
  ['won', { pipelineId: 1, stageId: 142 }, true],
  ['another pipeline', { pipelineId: 2, stageId: 20 }, true],
  ['lost', { pipelineId: 1, stageId: 143 }, false],
  ['lost in another pipeline', { pipelineId: 2, stageId: 143 }, false],
  ['nowhere yet', null, false],
])('a deal that goes on to %s', (_, next, isOn) => {
  expect(isMovedOn(SALES, 10, next)).toBe(isOn);
});

it('a deal that goes back has not moved on', () => {
  expect(isMovedOn(SALES, 11, { pipelineId: 1, stageId: 10 })).toBe(false);
});

it('the steps onwards are those of deals that have moved on', () => {
  const to = (nextStageId: number, stageId = 10) => ({ pipelineId: 1, stageId, nextStageId });
  expect(stepsOnwards([SALES])).toEqual([to(11), to(142), to(142, 11)]);
  expect(stepsOnwards([SALES], 11)).toEqual([to(142, 11)]);
  expect(stepsOnwards([SALES], 99)).toEqual([to(10, 99), to(11, 99), to(142, 99)]);
});

it('missed emails are summed up by reason, the most frequent first, and stages without a rule last', () => {
  const groups = [
    group({ missed: 'no_rule', entered: 2 }),
    group({ missed: 'unsubscribed', entered: 3 }),
    group({ stageId: 11, missed: 'no_rule', entered: 2 }),
    group({ entered: 50 }),
    group({ missed: 'of a newer version' }),
  ];
  expect(missedOf(groups)).toEqual([
    { reason: 'unsubscribed', count: 3 },
    { reason: 'no_report', count: 1 },
    { reason: 'no_rule', count: 4 },
  ]);
});
