import { describe, expect, it } from 'vitest';
import { callsOf, type OpenTask, type RecentClick } from './calls.ts';

const task = (dealId: number, dueAt: number, more: Partial<OpenTask> = {}): OpenTask => ({
  ...{ connection: 'acme', dealId, event: dealId, person: `p${dealId}`, text: `Call ${dealId}`, dueAt },
  ...more,
});
const click = (dealId: number, clickedAt: number, more: Partial<RecentClick> = {}): RecentClick => ({
  ...{ connection: 'acme', dealId, event: dealId, person: `p${dealId}`, clickedAt },
  ...more,
});

describe('whom to call', () => {
  it('is by the time that tasks are due, then by the latest click', () => {
    const calls = callsOf([task(1, 300), task(2, 100)], [click(3, 10), click(4, 20)]);
    expect(calls.map(({ dealId }) => dealId)).toEqual([2, 1, 4, 3]);
  });

  it('is one call for a deal, with all its tasks and its latest click', () => {
    const [call, ...others] = callsOf([task(1, 300), task(1, 100)], [click(1, 10), click(1, 20)]);
    expect(others).toEqual([]);
    expect(call!.tasks.map(({ dueAt }) => dueAt)).toEqual([100, 300]);
    expect(call!.click!.clickedAt).toBe(20);
  });

  it('keeps deals of the same number in two accounts apart', () => {
    expect(callsOf([task(1, 100), task(1, 100, { connection: 'other' })], [])).toHaveLength(2);
  });

  it('knows the client if one of the reasons does', () => {
    expect(callsOf([task(1, 100, { person: null })], [click(1, 5)])[0]!.person).toBe('p1');
  });
});
