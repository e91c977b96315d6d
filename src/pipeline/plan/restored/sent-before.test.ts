import { describe, expect, it } from 'vitest';
import type { Action } from '../../../domain/actions.ts';
import { noActions } from '../../../domain/plan/plan-types.ts';
import type { NewAction } from '../../../store/actions/actions.ts';
import type { StoredEvent } from '../../../store/events/events.ts';
import { afterRestore, sentTracks } from './sent-before.ts';

const T = 1_796_000_000;
const row = (second: number) => ({ id: 7, occurred_at: T + second }) as StoredEvent;
const action = (payload: object, after: number | null) =>
  ({ payload: payload as Action, after }) as NewAction;

const TRACK = { kind: 'track', person: 'ann@example.com', name: 'deal_won' } as const;
const PLANNED = [
  action({ kind: 'identify' }, null),
  action(TRACK, 0),
  action({ kind: 'note' }, 1),
  action({ kind: 'set_field' }, 1),
];
const sent = new Map([[7, { sent: [TRACK], unsent: [], written: new Set<string>() }]]);

it('leaves out an event that was sent, and what waited for it waits for its identify', () => {
  const { actions, plan } = afterRestore(row(0), noActions(''), PLANNED, { doubtfulUntil: T, sent });
  expect(actions.map(({ payload, after }) => [payload.kind, after])).toEqual([
    ['identify', null],
    ['note', 0],
    ['set_field', 0],
  ]);
  expect(plan.warnings).toEqual([expect.stringContaining('it was sent before the database was restored')]);
});

it('leaves out an event that was sent, also where the plan calls its client by another profile', () => {
  const renamed = new Map([[7, { ...sent.get(7)!, sent: [{ ...TRACK, person: 'former@example.com' }] }]]);
  const { actions } = afterRestore(row(0), noActions(''), PLANNED, { doubtfulUntil: T, sent: renamed });
  expect(actions.map(({ payload }) => payload.kind)).toEqual(['identify', 'note', 'set_field']);
});

it('has notes and tasks searched for since the event, and nothing else', () => {
  const { actions } = afterRestore(row(0), noActions(''), PLANNED, { doubtfulUntil: T, sent: new Map() });
  expect(actions.map(({ unsure_since }) => unsure_since)).toEqual([
    ...[undefined, undefined, T * 1_000, undefined],
  ]);
});

it('changes nothing of what happened after the restore', () => {
  const { actions } = afterRestore(row(1), noActions(''), PLANNED, { doubtfulUntil: T, sent });
  expect(actions).toBe(PLANNED);
});

describe('an event that was sent before a restore', () => {
  const to = (person: string, name = 'deal_won') => ({ name, person });
  const judged = (sent: string[], unsent: string[] = []) => ({
    sent: sent.map((person) => to(person)),
    unsent: unsent.map((person) => to(person)),
  });

  it('is not sent again to a client whom the whole batch shows under another profile', () => {
    expect(sentTracks([to('new@example.com')], judged(['old@example.com']))).toEqual([to('new@example.com')]);
  });

  it('accounts for one client of a deal with several', () => {
    const planned = [to('a@example.com'), to('b@example.com')];
    expect(sentTracks(planned, judged(['a@example.com'], ['b@example.com']))).toEqual([to('a@example.com')]);
    expect(sentTracks(planned, judged(['old@example.com'], ['b@example.com']))).toEqual([
      to('a@example.com'),
    ]);
  });

  it('accounts for none where its profile is in the plan, nor for an event of another name', () => {
    expect(sentTracks([to('a@example.com'), to('b@example.com')], judged(['a@example.com']))).toHaveLength(1);
    expect(sentTracks([to('a@example.com', 'deal_lost')], judged(['old@example.com']))).toEqual([]);
  });
});
