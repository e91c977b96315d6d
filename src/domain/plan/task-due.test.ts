import { describe, expect, it } from 'vitest';
import { dueAt } from './task-due.ts';

const at = (text: string) => Date.parse(text) / 1000;

describe('when a task is due', () => {
  it('ends whole days at 23:59 of the account’s day', () => {
    expect(dueAt(at('2026-01-10T10:00:00Z'), 86_400, 'Europe/Madrid')).toBe(at('2026-01-11T22:59:00Z'));
  });

  it('counts the day where the account is, not in UTC', () => {
    expect(dueAt(at('2026-01-10T23:30:00Z'), 86_400, 'Asia/Tokyo')).toBe(at('2026-01-12T14:59:00Z'));
  });

  it('minds a change to summer time on the way', () => {
    // Madrid goes from +1 to +2 on 2026-03-29.
    expect(dueAt(at('2026-03-28T12:00:00Z'), 86_400, 'Europe/Madrid')).toBe(at('2026-03-29T21:59:00Z'));
  });

  it('is exact for hours', () => {
    expect(dueAt(at('2026-01-10T10:00:00Z'), 4 * 3600, 'Europe/Madrid')).toBe(at('2026-01-10T14:00:00Z'));
  });
});
