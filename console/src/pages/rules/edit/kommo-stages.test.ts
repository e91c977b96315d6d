import { expect, it } from 'vitest';
import { NO_TAGS } from './form.ts';
import { atStages, type Pipeline, referenceTo } from './kommo-stages.ts';

const stage = (id: number, name: string) => ({ id, name, color: null, rule: null });
const SALES: Pipeline = { id: 1, name: 'Sales', stages: [stage(11, 'Demo'), stage(142, 'Closed - won')] };
const RENEWALS: Pipeline = {
  id: 2,
  name: 'Renewals',
  stages: [stage(21, 'Due'), stage(22, 'Due'), stage(142, 'Closed - won')],
};
const PIPELINES = [SALES, RENEWALS];
const rule = (pipeline: string, name: string) => ({
  ...{ pipeline, stage: name, event: 'e', data: [], note: '' },
  tags: NO_TAGS,
  unmailable_clients: '',
  once: '',
});

it('puts rules at the stages they name, by name or id, and keeps those apart that Kommo does not have', () => {
  const rules = [rule('sales', '11'), rule('Renewals', '142'), rule('Sales', 'Gone'), rule('2', 'Due')];
  const { pipelines, lost } = atStages(PIPELINES, rules);
  expect(pipelines.map(({ stages }) => stages.map((each) => each.rules))).toEqual([
    [[0], []],
    [[], [], [1]],
  ]);
  expect(lost).toEqual([2, 3]);
});

it('names a stage by its id where the name stands for two', () => {
  expect(referenceTo(PIPELINES, SALES, SALES.stages[0]!)).toEqual({ pipeline: 'Sales', stage: 'Demo' });
  const reference = referenceTo(PIPELINES, RENEWALS, RENEWALS.stages[1]!);
  expect(reference).toEqual({ pipeline: 'Renewals', stage: '22' });
  expect(atStages(PIPELINES, [rule(reference.pipeline, reference.stage)]).lost).toEqual([]);
});
