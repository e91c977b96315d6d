import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type SignedRequest, verifyReport } from './signature.ts';

const samples = new URL('../../../test/samples/customerio/', import.meta.url);
const vectors = readdirSync(samples)
  .filter((name) => name.startsWith('signed_') || name === 'signature_vector.json')
  .map((name) => {
    const vector = JSON.parse(readFileSync(new URL(name, samples), 'utf8'));
    return { name, ...(vector as { secret: string; timestamp: string; signature: string; body: string }) };
  });

const body = Buffer.from('{"event_id":"abc","object_type":"email","metric":"opened","data":{"subject":"ü"}}');
const timestamp = '1772013598';
const nowMs = 1772013598_000;
const valid: SignedRequest = {
  keys: ['signing-secret'],
  timestamp,
  signature: sign('signing-secret', timestamp, body),
  body,
  nowMs,
};

function sign(key: string, stamp: string, content: Buffer): string {
  return createHmac('sha256', key)
    .update(Buffer.concat([Buffer.from(`v0:${stamp}:`), content]))
    .digest('hex');
}

function reasonOf(change: Partial<SignedRequest>): string {
  const verdict = verifyReport({ ...valid, ...change });
  return verdict.ok ? 'accepted' : verdict.reason;
}

describe('verifyReport', () => {
  it('finds all the sample vectors', () => {
    expect(vectors.length).toBe(16);
  });

  it.each(vectors)('accepts the vector $name', (vector) => {
    const request = { ...vector, keys: [vector.secret], body: Buffer.from(vector.body) };
    expect(verifyReport({ ...request, nowMs: Number(vector.timestamp) * 1000 })).toEqual({ ok: true });
  });

  it('accepts any of several keys, and passes over blank ones', () => {
    expect(verifyReport({ ...valid, keys: ['new', 'signing-secret', ''] })).toEqual({ ok: true });
    expect(verifyReport({ ...valid, keys: ['signing-secret', 'old'] })).toEqual({ ok: true });
    expect(reasonOf({ keys: ['new', 'old'] })).toContain('does not match');
  });

  it('never takes an empty key, with which anybody could sign', () => {
    expect(reasonOf({ keys: [''], signature: sign('', timestamp, body) })).toContain('No signing key');
    expect(reasonOf({ keys: [] })).toContain('No signing key');
  });

  it('uses a key of 64 hex digits as text', () => {
    const key = 'ab'.repeat(32);
    expect(verifyReport({ ...valid, keys: [key], signature: sign(key, timestamp, body) })).toEqual({
      ok: true,
    });
  });

  it('accepts bytes that are no UTF-8', () => {
    const bytes = Buffer.from([0xff, 0x00, 0xc3, 0x28]);
    const signature = sign('signing-secret', timestamp, bytes);
    expect(verifyReport({ ...valid, body: bytes, signature })).toEqual({ ok: true });
  });

  it.each([
    ['missing', undefined, 'X-CIO-Signature is missing'],
    ['empty', '', 'X-CIO-Signature is missing'],
    ['repeated', [valid.signature as string, valid.signature as string], 'more than once'],
    ['joined by Node', `${valid.signature}, ${valid.signature}`, '64 lowercase hex'],
    ['uppercase', (valid.signature as string).toUpperCase(), '64 lowercase hex'],
    ['with a v0= prefix', `v0=${valid.signature}`, '64 lowercase hex'],
    ['followed by a line end', `${valid.signature}\n`, '64 lowercase hex'],
    ['too short', (valid.signature as string).slice(0, 63), '64 lowercase hex'],
    ['in fullwidth digits', '０'.repeat(64), '64 lowercase hex'],
  ])('refuses a signature that is %s', (_, signature, reason) => {
    expect(reasonOf({ signature })).toContain(reason);
  });

  it.each([
    undefined,
    '',
    [timestamp],
    '0',
    '-1772013598',
    '+1772013598',
    '01772013598',
    '1772013598.0',
    '1.772013598e9',
    ' 1772013598',
    '1772013598\n',
    '0x699f6b1e',
    '1772013598, 1772013598',
    'NaN',
    '١٧٧٢٠١٣٥٩٨',
  ])('refuses the timestamp %j, even well signed', (odd) => {
    const signature = sign('signing-secret', String(odd ?? ''), body);
    expect(reasonOf({ timestamp: odd, signature })).toMatch(/^X-CIO-Timestamp/);
  });

  it.each([
    [-301, false],
    [-300, true],
    [300, true],
    [301, false],
  ])('with a clock %i s off says %s', (offset, ok) => {
    expect(verifyReport({ ...valid, nowMs: nowMs + offset * 1000 }).ok).toBe(ok);
  });

  it('says that the clock is wrong only to a request that is well signed', () => {
    expect(reasonOf({ nowMs: 0 })).toContain('Check the clock');
    expect(reasonOf({ nowMs: 0, keys: ['other'] })).toContain('does not match');
    expect(reasonOf({ nowMs: Number.NaN })).not.toBe('accepted');
  });

  it('refuses every changed body', () => {
    const change = fc.record({ at: fc.nat(body.length - 1), byte: fc.nat(255), how: fc.nat(2) });
    fc.assert(
      fc.property(change, ({ at, byte, how }) => {
        const rest = body.subarray(how === 1 ? at : at + 1);
        const changed = Buffer.concat([body.subarray(0, at), Buffer.from(how === 2 ? [] : [byte]), rest]);
        fc.pre(!changed.equals(body));
        expect(reasonOf({ body: changed })).toContain('does not match');
      }),
    );
  });

  it('refuses every changed signature, timestamp and key', () => {
    const hex = fc.constantFrom(...'0123456789abcdefABCDEFg -');
    const field = fc.constantFrom('signature', 'timestamp', 'key');
    fc.assert(
      fc.property(field, fc.nat(63), hex, (which, at, letter) => {
        const original = which === 'key' ? 'signing-secret' : (valid[which as 'signature'] as string);
        const place = at % original.length;
        const changed = original.slice(0, place) + letter + original.slice(place + 1);
        fc.pre(changed !== original);
        const wide = { toleranceSeconds: 1e12 };
        const verdict = verifyReport({
          ...valid,
          ...wide,
          ...(which === 'key' ? { keys: [changed] } : { [which]: changed }),
        });
        expect(verdict.ok).toBe(false);
      }),
    );
  });

  it('never throws, whatever the headers are', () => {
    const header = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      fc.constant(undefined),
      fc.array(fc.string()),
    );
    fc.assert(
      fc.property(header, header, fc.uint8Array(), fc.array(fc.string()), (stamp, signature, bytes, keys) => {
        const verdict = verifyReport({ keys, timestamp: stamp, signature, body: Buffer.from(bytes), nowMs });
        expect(verdict.ok).toBe(false);
      }),
    );
  });
});
