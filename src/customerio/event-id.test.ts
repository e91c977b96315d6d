import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { eventId, eventIdTime } from './event-id.ts';

describe('deterministicUlid', () => {
  it('is the time in 48 bits and the first 80 bits of SHA-256(key), in Crockford base32', () => {
    // The example of the ULID specification: 1469918176385 is written 01ARYZ6S41.
    const ulid = eventId(1469918176385, 'outbox:7');
    expect(ulid.slice(0, 10)).toBe('01ARYZ6S41');
    const bits = BigInt(`0x${createHash('sha256').update('outbox:7').digest('hex').slice(0, 20)}`);
    const back = [...ulid.slice(10)].reduce(
      (sum, letter) => sum * 32n + BigInt('0123456789ABCDEFGHJKMNPQRSTVWXYZ'.indexOf(letter)),
      0n,
    );
    expect(back).toBe(bits);
  });

  it('is a valid ULID of the same text for any time and key', () => {
    const time = fc.oneof(
      fc.double(),
      fc.integer(),
      fc.constantFrom(0, -1, 2 ** 48, Infinity, -Infinity, Number.NaN),
    );
    fc.assert(
      fc.property(time, fc.string({ unit: 'binary' }), (ms, key) => {
        const ulid = eventId(ms, key);
        expect(ulid).toMatch(/^[0-7][0-9A-HJKMNP-TV-Z]{25}$/);
        expect(eventId(ms, key)).toBe(ulid);
      }),
    );
  });

  it('sorts by time and gives the time back', () => {
    fc.assert(
      fc.property(fc.nat({ max: 2 ** 48 - 1 }), fc.nat({ max: 2 ** 48 - 1 }), (a, b) => {
        fc.pre(a < b);
        expect(eventId(a, 'x') < eventId(b, 'a')).toBe(true);
        expect(eventIdTime(eventId(b, 'a'))).toBe(b);
      }),
    );
  });

  it('differs for keys that differ', () => {
    expect(eventId(1, 'a')).not.toBe(eventId(1, 'b'));
  });
});

describe('ulidTime', () => {
  it.each([
    '',
    'abc123',
    '12ASDG7S9P6MAZPTJ78DAND9GDC',
    '81E4C4CT6YDC7Y5M7FE1GWWPQJ',
    '01E4C4CT6YDC7Y5M7FE1GWWPQI',
  ])('finds none in %j', (text) => expect(eventIdTime(text)).toBeNull());

  it('reads the id of a real report: about a second after it happened', () => {
    expect(Math.floor(eventIdTime('01E4C8BES5XT87ZWRJFTB35YJ3')! / 1000) - 1585254348).toBeLessThanOrEqual(2);
  });
});
