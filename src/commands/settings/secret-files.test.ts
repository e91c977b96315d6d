import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { readSecretFiles } from './secret-files.ts';

let folder: string;
const file = (name: string, text: string) => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-secrets-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('takes the content of a file, without one line end', () => {
  const env = {
    A_FILE: file('a', 'secret\n'),
    B_FILE: file('b', 'two\n\n'),
    C_FILE: file('c', 'plain'),
    D_FILE: file('d', '\uFEFFwindows\r\n'),
    D: '',
    UNUSED_FILE: '/does/not/exist',
    E_FILE: '',
  };
  const { values, faults, origins } = readSecretFiles(['A', 'B', 'C', 'D', 'E', 'F'], env);
  expect(values).toEqual({ A: 'secret', B: 'two\n', C: 'plain', D: 'windows' });
  expect(faults.size).toBe(0);
  expect(origins.get('A')).toBe(`A_FILE (${env.A_FILE})`);
});

it.each([
  ['a missing file', () => join(folder, 'missing'), 'does not exist'],
  ['a folder', () => folder, 'is a folder'],
  ['a file that is far too long', () => file('long', 'SECRET'.repeat(20_000)), 'has more than 65536 bytes'],
])('says what is wrong with %s, and never what is in it', (_what, path, reason) => {
  const { values, faults } = readSecretFiles(['A'], { A_FILE: path() });
  expect(values).toEqual({});
  expect(faults.get('A')?.message).toBe(`the file ${path()} of A_FILE ${reason}`);
  expect(JSON.stringify([...faults])).not.toContain('SECRET');
});

it('refuses a variable that is set in both ways', () => {
  const { faults } = readSecretFiles(['A'], { A: 'x', A_FILE: file('both', 'y') });
  expect(faults.get('A')?.message).toBe('both A and A_FILE are set');
});
