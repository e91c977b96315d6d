import { expect, it } from 'vitest';
import { changesBetween, type HealthItem, worstLight } from './health.ts';

const item = (code: string, light: HealthItem['light']): HealthItem => ({
  code,
  light,
  connection: 'acme',
  side: 'kommo',
  since: 1,
  message: 'It is.',
  todo: 'Do it.',
  page: 'connections',
});

it('takes the worst light, and counts what was never proven as worse than what is proven', () => {
  expect(worstLight([])).toBe('ok');
  expect(worstLight(['ok', 'unknown'])).toBe('unknown');
  expect(worstLight(['warning', 'unknown', 'ok'])).toBe('warning');
  expect(worstLight(['warning', 'broken', 'unknown'])).toBe('broken');
});

it('tells items that began, got another light or ended, and is silent about those that stay', () => {
  const before = [item('stays', 'warning'), item('worsens', 'warning'), item('ends', 'broken')];
  const after = [item('stays', 'warning'), item('worsens', 'broken'), item('begins', 'unknown')];
  const changes = changesBetween(before, after, 7);
  expect(changes.map(({ kind, item: { code }, before: light, at }) => [kind, code, light, at])).toEqual([
    ['changed', 'worsens', 'warning', 7],
    ['began', 'begins', null, 7],
    ['ended', 'ends', 'broken', 7],
  ]);
});
