import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { KEY_BYTES, Keyring, keyIdOf, SealError } from './keyring.ts';

const key = () => randomBytes(KEY_BYTES);
const CONTEXT = 'connection/acme';

describe('a sealed text', () => {
  it('opens to the same text, and has nothing of it', () => {
    const keyring = new Keyring([key()]);
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 8 }), (text) => {
        const sealed = keyring.seal(text, CONTEXT);
        expect(keyring.open(sealed, CONTEXT)).toBe(text);
        expect(sealed).not.toContain(text);
      }),
    );
  });

  it('is another one each time', () => {
    const keyring = new Keyring([key()]);
    expect(keyring.seal('token', CONTEXT)).not.toBe(keyring.seal('token', CONTEXT));
  });

  it('does not open elsewhere, nor with any byte changed', () => {
    const keyring = new Keyring([key()]);
    const sealed = keyring.seal('token', CONTEXT);
    expect(() => keyring.open(sealed, 'connection/beta')).toThrow(SealError);
    const start = sealed.lastIndexOf('.') + 1;
    const bytes = Buffer.from(sealed.slice(start), 'base64url');
    for (const index of bytes.keys()) {
      const changed = Buffer.from(bytes);
      changed[index]! ^= 1;
      const text = sealed.slice(0, start) + changed.toString('base64url');
      expect(() => keyring.open(text, CONTEXT)).toThrow('damaged');
    }
  });

  it.each(['', 'token', 's1.', 's1.00000000.', 's2.00000000.AAAA'])('"%s" is none', (text) => {
    expect(() => new Keyring([key()]).open(text, CONTEXT)).toThrow(SealError);
  });
});

describe('after a rotation', () => {
  const [old, fresh] = [key(), key()];
  const sealed = new Keyring([old]).seal('token', CONTEXT);
  const both = new Keyring([fresh, old]);

  it('what the old key has sealed still opens, and what is sealed anew opens with the new key alone', () => {
    expect(both.open(sealed, CONTEXT)).toBe('token');
    expect(both.isCurrent(sealed)).toBe(false);
    const resealed = both.seal('token', CONTEXT);
    expect(both.isCurrent(resealed)).toBe(true);
    expect(new Keyring([fresh]).open(resealed, CONTEXT)).toBe('token');
  });

  it('without the old key the message names the key that is missing', () => {
    expect(() => new Keyring([fresh]).open(sealed, CONTEXT)).toThrow(`the key ${keyIdOf(sealed)}, which`);
  });
});
