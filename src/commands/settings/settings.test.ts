import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { applySettings, missingVariableHint } from './settings.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'stagepost-settings-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** A private file below a folder of its own. */
function file(name: string, text: string, mode = 0o600): string {
  const path = join(folder, name);
  mkdirSync(join(path, '..'), { recursive: true });
  writeFileSync(path, text);
  chmodSync(path, mode);
  return path;
}

function apply(args: string[], env: NodeJS.ProcessEnv = {}) {
  const settings = applySettings(args, env);
  return { env, settings };
}

it('lets the environment win over files, and later files over earlier ones', () => {
  const first = file('order/first.env', 'A=1\nB=1\nC=1\n');
  const second = file('order/second.env', 'B=2\nC=2\n');
  const { env, settings } = apply(['doctor', '--env-file', first, `--env-file=${second}`], { C: '' });
  expect(env).toEqual({ A: '1', B: '2', C: '' });
  expect(settings).toMatchObject({ files: [first, second], warnings: [], inherited: { C: '' } });
});

it('reads stagepost.env next to the configuration where no file is named', () => {
  const path = file('default/stagepost.env', 'A=1\n');
  const config = join(folder, 'default/stagepost.yaml');
  expect(apply(['serve', '--config', config]).settings.files).toEqual([path]);
  expect(apply(['serve'], { STAGEPOST_CONFIG: config }).settings.files).toEqual([path]);
  expect(apply(['demo'], { STAGEPOST_CONFIG: config }).settings.files).toEqual([]);
  expect(apply(['serve', '--config', join(folder, 'none/stagepost.yaml')]).settings.files).toEqual([]);
  const other = file('default/other.env', 'B=1\n');
  expect(apply(['serve', '--config', config], { STAGEPOST_ENV_FILE: other }).env).toMatchObject({ B: '1' });
  expect(apply(['serve', '--config', config, '--env-file', other]).env).toEqual({ B: '1' });
});

it('takes paths in a file as relative to that file', () => {
  const text = 'STAGEPOST_DATA=./data\nSTAGEPOST_CONFIG=/etc/s.yaml\nKOMMO_TOKEN_FILE=secrets/token\n';
  const { env } = apply(['trace', '--env-file', file('paths/s.env', text)]);
  expect(env).toEqual({
    STAGEPOST_DATA: join(folder, 'paths/data'),
    STAGEPOST_CONFIG: '/etc/s.yaml',
    KOMMO_TOKEN_FILE: join(folder, 'paths/secrets/token'),
  });
});

it('takes the configuration next to a named env file where this folder has none and nothing names another', () => {
  const config = file('next/stagepost.yaml', '');
  const next = file('next/stagepost.env', '');
  const alone = file('alone/stagepost.env', '');
  expect(apply(['doctor', '--env-file', next]).env).toEqual({ STAGEPOST_CONFIG: config });
  expect(apply(['doctor'], { STAGEPOST_ENV_FILE: `${next}:${alone}` }).env.STAGEPOST_CONFIG).toBe(config);
  expect(apply(['doctor', '--env-file', next, '--config', 'x.yaml']).env).toEqual({});
  expect(apply(['doctor', '--env-file', next], { STAGEPOST_CONFIG: 'x.yaml' }).env).toEqual({
    STAGEPOST_CONFIG: 'x.yaml',
  });
});

it('reads its own secrets from files', () => {
  const path = file('own/url', 'postgres://u:p@db/s\n');
  expect(
    apply(['serve', '--env-file', file('own/none.env', '')], { DATABASE_URL_FILE: path }).env,
  ).toMatchObject({ DATABASE_URL: 'postgres://u:p@db/s' });
  const both = { DATABASE_URL: 'x', DATABASE_URL_FILE: path };
  expect(() => apply(['demo'], both)).toThrow(
    'Both DATABASE_URL and DATABASE_URL_FILE are set. Remove one of them.',
  );
});

it.each(['DATABASE_URL', 'STAGEPOST_METRICS_TOKEN', 'STAGEPOST_MOVE_TO'])(
  'refuses an empty file for %s, which would otherwise count as not set',
  (name) => {
    const path = file(`empty/${name}`, '\n');
    expect(() => apply(['demo'], { [`${name}_FILE`]: path })).toThrow(
      `The file of ${name}_FILE (${path}) is empty.`,
    );
  },
);

it('names the file and the line of what is not a setting, without its text', () => {
  const path = file('wrong/s.env', 'A=1\nTOKEN eyJ\nB="x\n');
  expect(() => apply(['doctor', '--env-file', path])).toThrow(
    `The env file has lines that are not settings:\n  ${path}:2  this is not NAME=value\n  ${path}:3  the quote " of B is not closed`,
  );
});

it('refuses a named file that does not exist', () => {
  const path = join(folder, 'missing.env');
  expect(() => apply(['doctor', '--env-file', path])).toThrow(`The env file ${path} does not exist.`);
});

it('warns of a file that others can read or change, and of what Node itself would have to read', () => {
  const open = file('open/a.env', 'A=1\n', 0o644);
  const writable = file('open/b.env', 'NODE_OPTIONS=--inspect\n', 0o660);
  const closed = file('open/c.env', 'C=1\n', 0o640);
  const args = [open, writable, closed].flatMap((path) => ['--env-file', path]);
  const { env, settings } = apply(['doctor', ...args]);
  expect(env).toEqual({ A: '1', C: '1' });
  expect(settings.warnings).toEqual([
    `Other users of this machine can read ${open} (mode 644). Run: chmod 600 ${open}`,
    `${writable}  NODE_OPTIONS belongs in the environment: Node reads it before Stagepost reads this file`,
    `Other users of this machine can change ${writable} (mode 660). Run: chmod 600 ${writable}`,
  ]);
});

it('says where a missing variable was looked for', () => {
  const none = { files: [], unreadable: null, warnings: [], inherited: {} };
  expect(missingVariableHint('A', none)).toContain('No env file was read: name one with --env-file FILE');
  expect(missingVariableHint('A', { ...none, files: ['/etc/s.env'] })).toBe(
    'Set A. It is neither in the environment nor in /etc/s.env.',
  );
  expect(missingVariableHint('A', { ...none, unreadable: '/etc/s.env' })).toContain('may not read it');
});
