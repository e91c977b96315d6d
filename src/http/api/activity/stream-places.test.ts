import { beforeEach, expect, it } from 'vitest';
import { StreamPlaces } from './stream-places.ts';

let places: StreamPlaces;
let closed: string[];
beforeEach(() => {
  places = new StreamPlaces({ max: 6, maxOfOwner: 3 });
  closed = [];
});

const take = (owner: string, name: string) => places.take(owner, () => void closed.push(name));

it('one more stream of a user closes the oldest of the same user', () => {
  for (const name of ['a1', 'a2', 'a3', 'a4', 'a5']) expect(take('ann', name)).not.toBeNull();
  expect(closed).toEqual(['a1', 'a2']);
});

it('130 streams of one token leave places for others', () => {
  for (let index = 0; index < 130; index++) take('token', `${index}`);
  expect(take('ann', 'a')).not.toBeNull();
  expect(closed).toHaveLength(127);
});

it('where all places are taken by others, there is none', () => {
  for (const owner of ['ann', 'bob']) for (const name of ['1', '2', '3']) take(owner, `${owner}${name}`);
  expect(take('eve', 'e')).toBeNull();
  expect(take('bob', 'b4')).not.toBeNull();
  expect(closed).toEqual(['bob1']);
});

it('a place that is given back is free', () => {
  const leave = take('ann', 'a1');
  take('ann', 'a2');
  take('ann', 'a3');
  leave!();
  take('ann', 'a4');
  expect(closed).toEqual([]);
});
