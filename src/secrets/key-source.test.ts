import { randomBytes } from 'node:crypto';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addKey, openKeyring, openOrMakeKeyring, removeOldKeys } from './key-source.ts';
import { keyIdOf } from './keyring.ts';

let dataDir: string;
let file: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-key-'));
  file = join(dataDir, 'secret.key');
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const fromFolder = () => openOrMakeKeyring({ variable: undefined, dataDir });

describe('the key file', () => {
  it('is made when it is needed for the first time, for its owner only, and stays', () => {
    const sealed = fromFolder().seal('token', 'here');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(fromFolder().open(sealed, 'here')).toBe('token');
  });

  it('is not made by what only reads secrets', () => {
    expect(() => openKeyring({ variable: undefined, dataDir })).toThrow(`copy its file to ${file}`);
    expect(() => statSync(file)).toThrow();
  });

  it('that others may read is refused', () => {
    fromFolder();
    chmodSync(file, 0o640);
    expect(fromFolder).toThrow(`chmod 600 ${file}`);
  });

  it.each(['', 'no key\n', '# a comment\n'])('with %j is refused, and not replaced', (text) => {
    writeFileSync(file, text, { mode: 0o600 });
    expect(fromFolder).toThrow(file);
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  it('keeps the old key through a rotation, until it is removed', () => {
    const sealed = fromFolder().seal('token', 'here');
    const rotated = addKey(dataDir);
    expect(rotated.isCurrent(sealed)).toBe(false);
    expect(fromFolder().open(sealed, 'here')).toBe('token');
    const resealed = rotated.seal('token', 'here');
    removeOldKeys(dataDir, new Set([keyIdOf(sealed)!]));
    expect(fromFolder().open(sealed, 'here')).toBe('token');
    removeOldKeys(dataDir, new Set());
    expect(fromFolder().open(resealed, 'here')).toBe('token');
    expect(() => fromFolder().open(sealed, 'here')).toThrow('which is not there');
  });
});

describe('the variable', () => {
  const text = randomBytes(32).toString('base64');

  it('comes before the file, which is not made', () => {
    const sealed = openKeyring({ variable: text, dataDir }).seal('token', 'here');
    expect(openKeyring({ variable: ` ${text}\n`, dataDir: null }).open(sealed, 'here')).toBe('token');
    expect(() => statSync(file)).toThrow();
  });

  it('may have several keys, and hexadecimal ones', () => {
    const sealed = openKeyring({ variable: text, dataDir }).seal('token', 'here');
    const hex = randomBytes(32).toString('hex');
    const both = openKeyring({ variable: `${hex}, ${text}`, dataDir });
    expect([both.open(sealed, 'here'), both.isCurrent(sealed)]).toEqual(['token', false]);
  });

  it('with something else is refused, without a word of it', () => {
    expect(() => openKeyring({ variable: 'my password', dataDir })).toThrow(
      /^STAGEPOST_SECRET_KEY must have keys of 32 bytes/,
    );
    expect(() => openKeyring({ variable: undefined, dataDir: null })).toThrow('Set STAGEPOST_SECRET_KEY');
  });
});
