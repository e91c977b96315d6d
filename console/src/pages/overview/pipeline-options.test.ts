import { expect, it } from 'vitest';
import { pipelineOptions } from './pipeline-options.ts';

const SALES = { id: 1, name: 'Sales' };

it('two connections of one account have one option for each of its pipelines', () => {
  const pipelines = [
    { connection: 'acme', ...SALES },
    { connection: 'beta', ...SALES },
    { connection: 'gamma', id: 2, name: 'Sales' },
  ];
  expect(pipelineOptions(pipelines, false)).toEqual([
    { value: '1', label: 'Sales · acme, beta' },
    { value: '2', label: 'Sales · gamma' },
  ]);
});

it('the connection is left out where there is one only', () => {
  expect(pipelineOptions([{ connection: 'acme', ...SALES }], true)).toEqual([{ value: '1', label: 'Sales' }]);
});
