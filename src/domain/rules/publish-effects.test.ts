import { expect, it } from 'vitest';
import { rules } from '../../../test/support/entities.ts';
import { effectsOfRules } from './publish-effects.ts';

const old = rules();
const [won] = old.stages;
const [timer] = old.inactivity;

it('the same rules mean nothing for what is there', () => {
  expect(effectsOfRules(old, rules())).toEqual({ stages: [], timers: [] });
});

it('a stage is named where its rule is new or changed, and not where it is removed', () => {
  const stage = { pipelineId: won!.pipelineId, pipeline: won!.pipelineName };
  const added = { ...won!, stageId: 7, stageName: 'Onboarding' };
  const changed = { ...won!, note: 'Another note' };
  expect(effectsOfRules(old, rules({ stages: [changed, added] })).stages).toEqual([
    { ...stage, stageId: won!.stageId, stage: won!.stageName, isNew: false },
    { ...stage, stageId: 7, stage: 'Onboarding', isNew: true },
  ]);
  expect(effectsOfRules(old, rules({ stages: [] })).stages).toEqual([]);
  expect(effectsOfRules(null, old).stages).toMatchObject([{ isNew: true }]);
});

it.each([
  ['removed', []],
  ['length', [{ ...timer!, afterSeconds: 60 }]],
  ['stops', [{ ...timer!, unless: ['any_engagement'] }]],
  ['outcome', [{ ...timer!, stopWhen: ['lost' as const] }]],
])('a timer says what is %s', (change, inactivity) => {
  expect(effectsOfRules(old, rules({ inactivity })).timers).toEqual([
    { start: 'deal_won', changes: [change] },
  ]);
});
