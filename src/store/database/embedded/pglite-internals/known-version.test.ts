import { once } from 'node:events';
import { expect, it } from 'vitest';
import { packageVersion } from '../package-version.ts';
import { isKnownVersion, KNOWN_VERSION } from './known-version.ts';

it('PGlite is the version whose internals this folder was written for; else see known-version.ts', () => {
  expect(packageVersion('@electric-sql/pglite')).toBe(KNOWN_VERSION);
  expect(isKnownVersion()).toBe(true);
});

it('another PGlite is used as it is, with a warning', async () => {
  const warned = once(process, 'warning');
  expect(isKnownVersion('9.9.9')).toBe(false);
  const [warning] = await warned;
  expect(warning).toMatchObject({ code: 'STAGEPOST_PGLITE_VERSION' });
});
