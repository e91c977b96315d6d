import { stdSerializers } from 'pino';
import { expect, it } from 'vitest';
import { withoutData } from './log.ts';

it('keeps the parameters of a database’s statement out of the log', () => {
  const error = Object.assign(new Error('disk full'), {
    code: '53100',
    params: ['ann@example.com'],
    query: 'insert …',
  });
  expect(JSON.stringify(stdSerializers.err(error))).toContain('ann@example.com');
  expect(JSON.stringify(withoutData(error))).not.toContain('ann@example.com');
  expect(withoutData(error)).toMatchObject({ message: 'disk full', code: '53100' });
});
