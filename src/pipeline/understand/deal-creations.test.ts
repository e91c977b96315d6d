import { expect, it } from 'vitest';
import { mayStillMove } from './deal-creations.ts';

const CREATED = 1_700_000_000;
const at = { at: CREATED };

it('waits until the deal was left alone for three minutes', () => {
  expect(mayStillMove(at, { updatedAt: null }, CREATED + 179)).toBe(true);
  expect(mayStillMove(at, { updatedAt: null }, CREATED + 180)).toBe(false);
  expect(mayStillMove(at, { updatedAt: CREATED + 100 }, CREATED + 279)).toBe(true);
  expect(mayStillMove(at, { updatedAt: CREATED + 100 }, CREATED + 280)).toBe(false);
});

it('waits no longer than an hour for a deal that is edited all the time', () => {
  expect(mayStillMove(at, { updatedAt: CREATED + 3_600 }, CREATED + 3_600)).toBe(true);
  expect(mayStillMove(at, { updatedAt: CREATED + 3_601 }, CREATED + 3_601)).toBe(false);
});
