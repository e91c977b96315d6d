import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { applySettings } from '../../src/commands/settings/settings.ts';
import { readProgram } from '../docs/commands.ts';
import { finish, spawnStagepost } from '../support/stagepost-process.ts';

/** They bring settings and data of their own. */
const SELF_CONTAINED = ['demo', 'simulate'];
/** They read the configuration and no data. */
const WITHOUT_DATA = ['alerts test'];

const program = await readProgram();
const leaves = program.commands
  .flatMap((command) => (command.commands.length > 0 ? command.commands : [command]))
  .filter((command) => !SELF_CONTAINED.includes(command.name()))
  .map((command) => [wordsOf(command).join(' '), command] as const);

function wordsOf(command: Command): string[] {
  return command.parent === program ? [command.name()] : [command.parent!.name(), command.name()];
}

/** The service's folder: a configuration with its env file, which says where the data is. Nobody's working directory. */
let etc: string;
let found: Record<string, unknown> = {};
beforeAll(() => {
  etc = mkdtempSync(join(tmpdir(), 'stagepost-etc-'));
  writeFileSync(join(etc, 'stagepost.yaml'), '');
  writeFileSync(join(etc, 'stagepost.env'), 'STAGEPOST_DATA=../var\n', { mode: 0o600 });
  for (const [, command] of leaves)
    command.action(() => {
      found = command.opts();
    });
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(etc, { recursive: true, force: true });
});

/** Calls a command with what it must be given, as src/cli.ts does, and returns the options that it gets. */
async function optionsOf(command: Command, settings: string[], env: Record<string, string>) {
  const values = command.registeredArguments.filter(({ required }) => required).map(() => '1');
  const mandatory = command.options.filter((option) => option.mandatory).flatMap(({ long }) => [long!, 'x']);
  const args = [...wordsOf(command), ...values, ...mandatory, ...settings];
  const environment: NodeJS.ProcessEnv = { ...env };
  applySettings(args, environment);
  for (const name of ['STAGEPOST_CONFIG', 'STAGEPOST_DATA']) vi.stubEnv(name, environment[name]);
  await program.parseAsync(args, { from: 'user' });
  return found;
}

describe.each(leaves)('%s finds what the service finds', (name, command) => {
  const ways: [string, () => { settings?: string[]; env?: Record<string, string> }][] = [
    ['--env-file', () => ({ settings: ['--env-file', join(etc, 'stagepost.env')] })],
    ['STAGEPOST_ENV_FILE', () => ({ env: { STAGEPOST_ENV_FILE: join(etc, 'stagepost.env') } })],
    ['--config', () => ({ settings: ['--config', join(etc, 'stagepost.yaml')] })],
    ['STAGEPOST_CONFIG', () => ({ env: { STAGEPOST_CONFIG: join(etc, 'stagepost.yaml') } })],
  ];

  it.each(ways)('by %s', async (_way, given) => {
    const { settings = [], env = {} } = given();
    const options = await optionsOf(command, settings, env);
    expect(options.config).toBe(join(etc, 'stagepost.yaml'));
    if (!WITHOUT_DATA.includes(name)) expect(options.data).toBe(join(etc, '../var'));
  });
});

it('a reader that ends before the output does is no error', async () => {
  const child = spawnStagepost(['--help'], { env: {} });
  const ended = finish(child);
  child.stdout!.destroy();
  expect(await ended).toMatchObject({ code: 0, err: '' });
});
