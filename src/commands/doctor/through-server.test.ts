import { expect, it } from 'vitest';
import type { Finding } from '../../doctor/finding.ts';
import { runChecks, runFixes } from './through-server.ts';

const ok: Finding = {
  ...{ connection: 'acme', check: 'kommo rights', status: 'ok', message: 'Fine' },
  ...{ todo: null, fix: null },
};
const refused: Finding = { ...ok, check: 'kommo account', status: 'failure' };

/** A server whose run ends after two polls with these findings. */
async function run(findings: Finding[], isSame = true) {
  let polls = 0;
  let ms = 0;
  const calls: string[] = [];
  const known = (running: boolean) => ({
    ...{ configuredAt: 1, publicUrl: null },
    ...{ running, findings: running ? [] : findings },
  });
  const server = {
    checks: async () => {
      calls.push('checks');
      return known(calls.includes('start') && ++polls < 2);
    },
    startChecks: async () => {
      calls.push('start');
      return known(true);
    },
    fix: async () => {},
  };
  const delay = async (wait: number) => {
    ms += wait;
  };
  const found = await runChecks(server, { isSame: () => isSame, now: () => ms, delay });
  return { found, calls };
}

it('a running server makes the calls of the checks, and its findings are those of the command', async () => {
  const { found, calls } = await run([ok]);
  expect({ found, calls }).toEqual({ found: [ok], calls: ['checks', 'start', 'checks', 'checks'] });
});

it('a refused token is checked by the command, which knows the other connections', async () => {
  expect((await run([refused, ok])).found).toBeNull();
});

it('a server that has checked nothing leaves the checks to the command', async () => {
  expect((await run([])).found).toBeNull();
});

it('a server with another configuration starts no run', async () => {
  expect(await run([ok], false)).toEqual({ found: null, calls: ['checks'] });
});

it('a running server that holds a grant by OAuth judges a refused access itself', async () => {
  const known = { configuredAt: 1, publicUrl: null, running: false, findings: [refused] };
  const server = { checks: async () => known, startChecks: async () => known, fix: async () => {} };
  const isSame = () => true;
  expect(await runChecks(server, { isSame })).toBeNull();
  expect(await runChecks(server, { isSame, keepsRefusals: true })).toEqual([refused]);
});

it.each([
  ['https://stagepost.example.com', ['kommo fields', 'kommo webhook']],
  [null, ['kommo fields']],
])(
  'a running server at %s fixes what it can, and what is left are its findings',
  async (publicUrl, fixed) => {
    const missing = (check: string, needsPublicUrl: boolean): Finding => ({
      ...ok,
      ...{ check, status: 'failure', fix: { does: 'makes it', needsPublicUrl } },
    });
    const calls: string[] = [];
    const known = () => ({
      ...{ configuredAt: 1, publicUrl, running: false },
      findings: [missing('kommo fields', false), missing('kommo webhook', true), ok].filter(
        ({ check }) => !calls.includes(check),
      ),
    });
    const server = {
      checks: async () => known(),
      startChecks: async () => known(),
      fix: async (check: string) => void calls.push(check),
    };
    const left = await runFixes(server, { isSame: () => true });
    expect(calls).toEqual(fixed);
    expect(left?.filter(({ check }) => fixed.includes(check))).toEqual([]);
  },
);
