import { expect, it } from 'vitest';
import { bundledPackages, isPermitted } from './licences.ts';

it.each(['MIT', '(MIT OR GPL-3.0-only)', 'MIT AND ISC AND BSD-3-Clause', 'Apache-2.0'])(
  '%s is permitted',
  (licence) => {
    expect(isPermitted(licence)).toBe(true);
  },
);

it.each([
  'GPL-3.0-only',
  'LGPL-2.1',
  'MPL-2.0',
  'MIT AND GPL-2.0',
  'UNLICENSED',
  'SEE LICENSE IN LICENSE.md',
  '',
  null,
])('%s is not permitted', (licence) => {
  expect(isPermitted(licence)).toBe(false);
});

it('the packages of the console are read from the list that Vite writes, also those without a licence', () => {
  const list = '# Licenses\n\n## react - 19.3.1 (MIT)\n\nMIT License\n\n## @a/b - 1.0.0\n';
  expect(bundledPackages(list)).toEqual([
    { name: 'react', version: '19.3.1', licence: 'MIT' },
    { name: '@a/b', version: '1.0.0', licence: null },
  ]);
});
