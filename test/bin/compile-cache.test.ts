import { execFileSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { privateCacheFolder } from '../../bin/compile-cache.js';

const BIN = join(import.meta.dirname, '../../bin/stagepost.js');
let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'stagepost-cache-'));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const own = () => privateCacheFolder({ XDG_CACHE_HOME: home });

describe('the folder of the compile cache', () => {
  it('is created for this user only', () => {
    const folder = own()!;
    expect(folder).toMatch(/\/stagepost$/);
    expect(lstatSync(folder).mode & 0o777).toBe(0o700);
    expect(own()).toBe(folder);
  });

  it.each([0o777, 0o770, 0o702])('is refused where others may write to it (%i)', (mode) => {
    mkdirSync(join(home, 'stagepost'));
    chmodSync(join(home, 'stagepost'), mode);
    expect(own()).toBeNull();
  });

  it('is refused where others may write to the folder above it, and so could replace it', () => {
    chmodSync(home, 0o777);
    expect(own()).toBeNull();
  });

  it('is refused where others may write further above', () => {
    const shared = join(home, 'shared');
    mkdirSync(join(shared, 'cache'), { recursive: true });
    chmodSync(shared, 0o777);
    expect(privateCacheFolder({ XDG_CACHE_HOME: join(shared, 'cache') })).toBeNull();
  });

  it('is refused where it is a link, which leads to a place that another user chose', () => {
    mkdirSync(join(home, 'target'));
    symlinkSync(join(home, 'target'), join(home, 'stagepost'));
    expect(own()).toBeNull();
  });

  it('is refused where it belongs to another user', () => {
    expect(privateCacheFolder({ XDG_CACHE_HOME: home }, process.getuid!() + 1)).toBeNull();
  });
});

it('no command reads or writes the compile cache in the folder for temporary files', () => {
  const temporary = join(home, 'tmp');
  mkdirSync(temporary);
  const env = { PATH: process.env.PATH, TMPDIR: temporary, HOME: home };
  execFileSync(process.execPath, [BIN, '--version'], { env });
  expect(readdirSync(temporary)).toEqual([]);
  expect(existsSync(join(home, '.cache/stagepost'))).toBe(true);
});
