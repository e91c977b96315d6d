import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { DataInUse, lockData, lockHolder } from '../../../src/store/database/embedded/data-lock.ts';

let dataDir: string;
let file: string;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'stagepost-lock-'));
  file = join(dataDir, 'stagepost.lock');
});
afterEach(() => rmSync(dataDir, { recursive: true }));

describe('a lock file that says nothing', () => {
  it.each([
    ['is empty, as a power cut can leave it', ''],
    ['is cut short', '{"pid":'],
    ['is no object', '5'],
    ['is null', 'null'],
    ['names no process', '{"token":"x"}'],
    ['names process 0, which is always there', '{"pid":0,"startedAt":null,"url":null,"token":"x"}'],
    ['names a group of processes', '{"pid":-1,"startedAt":null,"url":null,"token":"x"}'],
    ['is not text', '\u0000\u0000\u0000\u0000'],
  ])('holds nobody off: %s', (_, content) => {
    writeFileSync(file, content);
    expect(lockHolder(dataDir)).toBeNull();
    lockData(dataDir, 'mine');
    expect(lockHolder(dataDir)?.token).toBe('mine');
  });
});

describe.runIf(process.platform === 'linux')('a lock of a process whose number lives on', () => {
  const written = () => JSON.parse(readFileSync(file, 'utf8'));

  it('holds nobody off where that is another program by now', () => {
    lockData(dataDir, 'first');
    // Process 1 always runs, and is never this one.
    writeFileSync(file, JSON.stringify({ ...written(), pid: 1 }));
    expect(lockHolder(dataDir)).toBeNull();
    lockData(dataDir, 'second');
    expect(written().token).toBe('second');
  });

  it('holds nobody off where the machine was started anew, though the times are the same', () => {
    lockData(dataDir, 'first');
    const [, time] = written().startedAt.split(':');
    writeFileSync(file, JSON.stringify({ ...written(), startedAt: `another-boot:${time}` }));
    expect(lockHolder(dataDir)).toBeNull();
  });

  it('holds everybody off where an older Stagepost runs, which wrote the time alone', () => {
    lockData(dataDir, 'first');
    const [, time] = written().startedAt.split(':');
    writeFileSync(file, JSON.stringify({ ...written(), startedAt: time }));
    expect(() => lockData(dataDir, 'second')).toThrow(DataInUse);
  });

  it('holds everybody off where nothing tells them apart', () => {
    lockData(dataDir, 'first');
    writeFileSync(file, JSON.stringify({ ...written(), startedAt: null }));
    expect(() => lockData(dataDir, 'second')).toThrow(DataInUse);
  });
});

it('leaves only the lock in the folder, taken or refused', () => {
  writeFileSync(file, '');
  lockData(dataDir, 'mine');
  expect(() => lockData(dataDir, 'other')).toThrow(DataInUse);
  expect(readdirSync(dataDir)).toEqual(['stagepost.lock']);
});
