import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { DraftWorker } from '../../src/rules-admin/draft-work/draft-worker.ts';
import { eventually } from '../support/eventually.ts';

const warnings: object[] = [];
const log = { warn: (entry: object) => void warnings.push(entry), error: () => {} };
const STUBBORN = join(import.meta.dirname, 'stubborn-worker.ts');
const open: DraftWorker[] = [];

afterEach(async () => {
  warnings.length = 0;
  for (const worker of open.splice(0)) await worker.close();
});

function create(options: { main?: string; deadlineMs?: number; keepMs?: number } = {}): DraftWorker {
  const worker = new DraftWorker({ log, ...options });
  open.push(worker);
  return worker;
}

const isRunning = (pid: number | null) => {
  try {
    return pid !== null && process.kill(pid, 0);
  } catch {
    return false;
  }
};

describe('the process that works on drafts', () => {
  it('answers as the task does, and is kept for the next task', async () => {
    const worker = create();
    expect(worker.state).toBe('off');
    const input = { before: '', after: 'skip_moves_after: 1h', language: 'en' };
    const changes = await worker.run('difference', input);
    expect(changes).toEqual(['The age after which stage changes are ignored is now 1h (was 3d).']);
    const { pid } = worker;
    expect(worker.state).toBe('idle');
    await worker.run('difference', input);
    expect(worker.pid).toBe(pid);
  });

  it('is ended when it has had nothing to do for a while', async () => {
    const worker = create({ keepMs: 1 });
    const ran = worker.run('tree', { text: '' });
    await eventually(() => expect(worker.pid).not.toBeNull());
    const { pid } = worker;
    expect(await ran).toEqual({});
    await eventually(() => expect(isRunning(pid)).toBe(false));
    expect(worker.state).toBe('off');
  });

  it('passes on why a task was refused', async () => {
    const worker = create();
    const source = {
      connection: 'acme',
      file: 'f',
      version: 4,
      text: 'stages: x',
      stored: null,
      language: 'en',
    };
    await expect(worker.run('overview', source)).rejects.toMatchObject({
      code: 'unavailable',
      message: 'Version 4 of the rules of acme cannot be read: stages: must be a list.',
    });
  });

  it('refuses an answer of more than a megabyte', async () => {
    const worker = create();
    const text = `# ${'x'.repeat(1_000_000)}`;
    const input = { draft: { text }, base: { text: '', contents: null }, catalog: null };
    await expect(worker.run('compile', input)).rejects.toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('at most 1 MB is shown'),
    });
  });

  it('has none of the server’s secrets', async () => {
    process.env.KOMMO_TOKEN_OF_TEST = 'secret';
    const worker = create();
    await worker.run('tree', { text: '' });
    const { readFileSync } = await import('node:fs');
    expect(readFileSync(`/proc/${worker.pid}/environ`, 'utf8')).not.toContain('KOMMO_TOKEN_OF_TEST');
  });

  it.each(['loops for ever', 'fills the memory', 'allocates too much at once', 'ends'])(
    'is killed where a task %s, and the next task gets a new process',
    async (harm) => {
      const worker = create({ main: STUBBORN, deadlineMs: harm === 'loops for ever' ? 200 : 60_000 });
      const running = worker.run('check', harm);
      await eventually(() => expect(worker.pid).not.toBeNull());
      const { pid } = worker;
      await expect(running).rejects.toMatchObject({
        code: 'invalid',
        message: expect.stringMatching(/longer than 0\.2 s|too much memory/),
      });
      await eventually(() => expect(isRunning(pid)).toBe(false));
      expect(warnings).toHaveLength(1);
      expect(await worker.run('check', 'does nothing bad')).toBe(1_000_000);
    },
  );
});
