import { beforeEach, expect, it } from 'vitest';
import { EventThrottle } from './event-throttle.ts';

let now: number;
let throttle: EventThrottle;
beforeEach(() => {
  now = 0;
  throttle = new EventThrottle({ everyMs: 60_000, maxKeys: 2, now: () => now });
});

it('reports the first event at once, and the others of a minute as a number', () => {
  expect(throttle.add('a')).toEqual({ key: 'a', count: 1 });
  for (let event = 0; event < 299; event++) expect(throttle.add('a')).toBeNull();
  now += 60_000;
  expect(throttle.add('a')).toEqual({ key: 'a', count: 300 });
});

it('reports the last number although no event follows', () => {
  throttle.add('a');
  throttle.add('a');
  expect(throttle.takeDue()).toEqual([]);
  now += 60_000;
  expect(throttle.takeDue()).toEqual([{ key: 'a', count: 1 }]);
  expect(throttle.takeDue()).toEqual([]);
});

it('counts what has no room under one key, and makes room later', () => {
  throttle.add('a');
  throttle.add('b');
  expect(throttle.add('c')).toEqual({ key: 'others', count: 1 });
  expect(throttle.add('d')).toBeNull();
  now += 60_000;
  expect(throttle.add('e')).toEqual({ key: 'e', count: 1 });
});
