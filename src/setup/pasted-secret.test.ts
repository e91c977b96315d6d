import { expect, test } from 'vitest';
import { pastedSecret } from './pasted-secret.ts';

test.each([
  'abc123',
  '  abc123\n',
  '"abc123"',
  '“abc123”',
  'Bearer abc123',
  'Authorization: Bearer abc123',
  'KOMMO_TOKEN="abc123"',
  'export KOMMO_TOKEN=abc123',
  'abc\r\n123',
])('%j is the key abc123', (text) => {
  expect(pastedSecret(text)).toBe('abc123');
});

test('a token with signs of its own stays as it is', () => {
  const token = 'eyJ0eXAi.eyJhdWQi-_.c2ln==';
  expect(pastedSecret(token)).toBe(token);
});
