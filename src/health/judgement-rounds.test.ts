import { describe, expect, it } from 'vitest';
import { type Judged, JudgementRounds } from './judgement-rounds.ts';

const QUIET = { hasNews: false, awaitsProbe: false };

function connections(count: number): Judged[] {
  return Array.from({ length: count }, (_, index) => ({ name: `c${index}`, ...QUIET }));
}

describe('the judgement', () => {
  it('looks at all of 300 connections in every round', () => {
    const rounds = new JudgementRounds();
    const all = connections(300);
    expect([rounds.next(all, 0), rounds.next(all, 3_000)].map((due) => due.length)).toEqual([300, 300]);
  });

  it('looks at each of many quiet connections once in 12 seconds', () => {
    const rounds = new JudgementRounds();
    const all = connections(301);
    const looked = [0, 3_000, 6_000, 9_000, 12_000, 15_000].map((at) => rounds.next(all, at).length);
    expect(looked).toEqual([301, 0, 0, 0, 301, 0]);
  });

  it.each([
    ['something was heard', { hasNews: true, awaitsProbe: false }],
    ['its first probes have not begun', { hasNews: false, awaitsProbe: true }],
  ])('looks at one of many in every round while %s', (_, state) => {
    const rounds = new JudgementRounds();
    const all = [...connections(300), { name: 'other', ...state }];
    rounds.next(all, 0);
    expect(rounds.next(all, 3_000).map(({ name }) => name)).toEqual(['other']);
  });

  it('looks at one of many that was removed and added again in the next round', () => {
    const rounds = new JudgementRounds();
    const all = connections(301);
    rounds.next(all, 0);
    rounds.remove('c7');
    expect(rounds.next(all, 3_000).map(({ name }) => name)).toEqual(['c7']);
  });
});
