import { expect, it } from 'vitest';
import { emailEventVerdicts } from './email-events.ts';

it('whether Customer.io names our events is information, never a fault', () => {
  expect(emailEventVerdicts({ matched: 0, unmatched: 0 })).toEqual([]);
  expect(emailEventVerdicts({ matched: 1, unmatched: 7 })).toMatchObject([{ status: 'ok', todo: null }]);
  expect(emailEventVerdicts({ matched: 0, unmatched: 7 })).toMatchObject([
    { status: 'skipped', todo: null, message: expect.stringContaining('7 compared') },
  ]);
});
