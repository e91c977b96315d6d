import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { withReference } from './reference.ts';

test('docs/health.md lists every code with what to do (else: npm run docs)', () => {
  const page = readFileSync(new URL('../../docs/health.md', import.meta.url), 'utf8');
  expect(page).toBe(withReference(page));
});
