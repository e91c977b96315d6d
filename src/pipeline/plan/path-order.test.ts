import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { DealMoved } from '../../domain/events.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { inPathOrder } from './path-order.ts';

function move(id: number, from: number | null, to: number, at = 100, dealId = 5): StoredEvent {
  const payload: DealMoved = {
    kind: 'deal_moved',
    dealId,
    from: from === null ? null : { pipelineId: 9, stageId: from },
    to: { pipelineId: 9, stageId: to },
    occurredAt: at,
  };
  return { id, deal_id: dealId, occurred_at: at, payload } as StoredEvent;
}

const ids = (events: StoredEvent[]) => inPathOrder(events).map(({ id }) => id);

it('a move goes before the one that leaves its stage, although it was found later', () => {
  expect(ids([move(1, 3, 4), move(2, 1, 2), move(3, 2, 3)])).toEqual([2, 3, 1]);
});

it('a creation goes first', () => {
  expect(ids([move(1, 1, 2), move(2, null, 1)])).toEqual([2, 1]);
});

it('moves of other deals and other seconds keep their places', () => {
  expect(ids([move(1, 2, 3), move(2, 1, 2, 100, 6), move(3, 1, 2), move(4, 0, 1, 101)])).toEqual([
    3, 2, 1, 4,
  ]);
});

it('any path without a circle comes out in its order', () => {
  fc.assert(
    fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }), (order) => {
      expect(ids(order.map((n) => move(n, n, n + 1)))).toEqual([1, 2, 3, 4, 5, 6]);
    }),
  );
});

it('every event stays, also of a deal that goes back and forth', () => {
  const stages = fc.array(fc.tuple(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 3 })));
  fc.assert(
    fc.property(stages, (pairs) => {
      const events = pairs.map(([from, to], id) => move(id, from, to));
      expect(ids(events).toSorted((a, b) => a - b)).toEqual(events.map(({ id }) => id));
    }),
  );
});
