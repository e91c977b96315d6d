import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { directoryAnswer } from './answer.ts';

const NOW = 1_796_000_000_000;
const MINUTE = 60_000;
const contact = (part: { readAt?: number; isStale?: boolean } = {}) => ({
  contactId: 7,
  dealIds: [70],
  readAt: NOW - MINUTE,
  isStale: false,
  ...part,
});

describe('what the directory says of an address', () => {
  it('is nothing while it has never been read to its end, whatever it contains', () => {
    const moment = { completeAt: null, arrivedAt: NOW, now: NOW };
    expect(directoryAnswer([contact()], moment)).toEqual({ kind: 'unknown' });
    expect(directoryAnswer([], moment)).toEqual({ kind: 'unknown' });
  });

  it('is the contact that was read a short time ago', () => {
    const moment = { completeAt: NOW - 30 * MINUTE, arrivedAt: NOW, now: NOW };
    expect(directoryAnswer([contact()], moment)).toMatchObject({ kind: 'contacts' });
  });

  it.each([
    ['was read long ago', { readAt: NOW - 11 * MINUTE }],
    ['has changed since', { isStale: true }],
  ])('has to be checked where a contact %s', (_, part) => {
    const moment = { completeAt: NOW, arrivedAt: NOW, now: NOW };
    expect(directoryAnswer([contact(), contact(part)], moment)).toMatchObject({ kind: 'read_again' });
  });

  it('is "nobody" only for reports that arrived before the last reading began', () => {
    fc.assert(
      fc.property(fc.nat(1_000_000), fc.nat(1_000_000), (completeAt, arrivedAt) => {
        const { kind } = directoryAnswer([], { completeAt, arrivedAt, now: 2_000_000 });
        expect(kind).toBe(arrivedAt <= completeAt ? 'nobody' : 'unknown');
      }),
    );
  });
});
