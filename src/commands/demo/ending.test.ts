import { expect, it } from 'vitest';
import { Ending } from './ending.ts';

it('closes in reverse order and once, also after a step that fails', async () => {
  const closed: string[] = [];
  const ending = new Ending();
  ending.defer(() => closed.push('folder'));
  ending.defer(() => Promise.reject(new Error('no')));
  ending.defer(() => closed.push('server'));
  await Promise.all([ending.run(), ending.run()]);
  expect(closed).toEqual(['server', 'folder']);
});

it('closes at once what is opened after the end has begun', async () => {
  const closed: string[] = [];
  const ending = new Ending();
  await ending.run();
  ending.defer(() => closed.push('late'));
  await ending.run();
  expect(closed).toEqual(['late']);
});
