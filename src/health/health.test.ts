import { expect, it } from 'vitest';
import { worstLight } from './health.ts';

it('takes the worst light, and counts what was never proven as worse than what is proven', () => {
  expect(worstLight([])).toBe('ok');
  expect(worstLight(['ok', 'unknown'])).toBe('unknown');
  expect(worstLight(['warning', 'unknown', 'ok'])).toBe('warning');
  expect(worstLight(['warning', 'broken', 'unknown'])).toBe('broken');
});
