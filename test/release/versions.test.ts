import { expect, it } from 'vitest';
import { readVersions } from './read-versions.ts';
import { type VersionSources, versionProblems } from './versions.ts';

const good: VersionSources = {
  version: '0.2.0',
  copies: { 'src/version.ts': '0.2.0' },
  changelog:
    '# Changelog\n\n## [Unreleased]\n\n## [0.2.0] - 2027-01-31\n\n### Added\n\n## [0.1.0] - 2026-12-01\n',
  pages: ['0.1.0', '0.2.0'],
  tag: 'v0.2.0',
};

it('this checkout agrees with itself', () => {
  expect(versionProblems(readVersions(null))).toEqual([]);
});

it('a release whose numbers agree has no problem', () => {
  expect(versionProblems(good)).toEqual([]);
});

it.each<[string, Partial<VersionSources>, RegExp]>([
  ['another number in a copy', { copies: { 'src/version.ts': '0.1.0' } }, /src\/version\.ts says 0\.1\.0/],
  ['another tag', { tag: 'v0.3.0' }, /The tag is v0\.3\.0/],
  ['a tag without a section', { changelog: '## [Unreleased]\n' }, /no dated section for 0\.2\.0/],
  [
    'a section without a date',
    { changelog: '## [Unreleased]\n\n## [0.2.0]\n\n## [0.1.0]\n', tag: null },
    /must begin/,
  ],
  [
    'a newer section than the package',
    { changelog: good.changelog.replace('0.2.0', '0.3.0'), tag: null },
    /newest section/,
  ],
  ['a missing page', { pages: ['0.2.0'] }, /docs\/upgrades\/0\.1\.0\.md is missing/],
])('%s is a problem', (_what, part, expected) => {
  expect(versionProblems({ ...good, ...part }).join('\n')).toMatch(expected);
});
