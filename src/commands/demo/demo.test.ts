import { expect, it } from 'vitest';
import { demo } from './demo.ts';

it('`--once` fails with what was not seen, after everything is closed', async () => {
  const closed: string[] = [];
  const ended = demo({ once: true, port: 0, host: '127.0.0.1' }, async (_options, ending) => {
    ending.defer(() => closed.push('server'));
    return [{ scene: '3. An email bounces', what: 'Kommo shows a task', state: 'missed' }];
  });
  await expect(ended).rejects.toThrow(/not seen:\n {2}3. An email bounces: Kommo shows a task/);
  expect(closed).toEqual(['server']);
});
