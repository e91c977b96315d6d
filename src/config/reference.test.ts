import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { EXAMPLE_ENV, load, problemLines } from '../../test/support/config-fixtures.ts';
import { renderReference } from './reference.ts';

const written = readFileSync(new URL('../../docs/configuration.md', import.meta.url), 'utf8');

test('docs/configuration.md is what the schema says (else run src/config/write-reference.ts)', () => {
  expect(written).toBe(renderReference());
});

test('the file that the reference shows loads as it stands', () => {
  const shown = /```yaml\n(.*?)```/s.exec(written)![1]!;
  expect(problemLines(load(shown, EXAMPLE_ENV))).toEqual([]);
});
