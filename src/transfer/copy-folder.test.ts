import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { copyRunningFolder } from './copy-folder.ts';

let root: string;
let from: string;
let to: string;
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'stagepost-copy-'));
  from = join(root, 'db');
  to = join(root, 'copy');
  write('global/pg_control', 'checkpoint 1');
  write('base/5/1', 'table');
  write('base/5/2', 'another table');
  write('pg_wal/0001', 'log');
  write('postmaster.pid', '1');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

function write(path: string, content: string): void {
  mkdirSync(dirname(join(from, path)), { recursive: true });
  writeFileSync(join(from, path), content);
}
const copied = (path: string) => readFileSync(join(to, path), 'utf8');

it('copies the log after the tables, so that it says of everything that changed meanwhile', async () => {
  await copyRunningFolder(from, to, (files, of) => {
    if (files < of) return;
    write('base/5/1', 'changed');
    write('pg_wal/0002', 'log of the change');
  });
  expect(copied('base/5/1')).toBe('table');
  expect(copied('pg_wal/0002')).toBe('log of the change');
  expect(copied('global/pg_control')).toBe('checkpoint 1');
  expect(existsSync(join(to, 'postmaster.pid'))).toBe(false);
});

it('leaves out a table that is dropped meanwhile', async () => {
  await copyRunningFolder(from, to, (files) => {
    if (files === 1) for (const path of ['base/5/1', 'base/5/2']) rmSync(join(from, path), { force: true });
  });
  expect(copied('pg_wal/0001')).toBe('log');
});

it('starts again after a checkpoint, which may have removed a part of the log', async () => {
  let checkpoints = 1;
  await copyRunningFolder(from, to, (files) => {
    if (files === 1 && checkpoints < 3) write('global/pg_control', `checkpoint ${++checkpoints}`);
  });
  expect(copied('global/pg_control')).toBe('checkpoint 3');
});

it('gives up where checkpoints come faster than it copies, and leaves nothing behind', async () => {
  let checkpoints = 1;
  const copying = copyRunningFolder(from, to, () =>
    write('global/pg_control', `checkpoint ${++checkpoints}`),
  );
  await expect(copying).rejects.toThrow('The database changes so fast');
  expect(existsSync(to)).toBe(false);
});
