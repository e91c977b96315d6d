import { expect, it } from 'vitest';
import { maskSecrets } from './mask-secrets.ts';

it('replaces every secret wherever it stands', () => {
  expect(maskSecrets('a s3cr3t, b t0ken, a s3cr3t', ['s3cr3t', 't0ken'])).toBe('a ***, b ***, a ***');
});

it('leaves texts of fewer than four characters: they are parts of words', () => {
  expect(maskSecrets('the account', ['acc', ''])).toBe('the account');
});

it('replaces the beginning of a secret at the end of a text that was cut', () => {
  expect(maskSecrets('key: s3cr', ['s3cr3t'], true)).toBe('key: ***');
  expect(maskSecrets('key: s3cr', ['s3cr3t'])).toBe('key: s3cr');
  expect(maskSecrets('key: s3c', ['s3cr3t'], true)).toBe('key: s3c');
});
