import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect, it } from 'vitest';

const FAILS = `
  const { startPostgresServer } = await import(process.argv[1]);
  const server = await startPostgresServer(['-c', 'fsync=off']);
  await server.remove();
  process.exitCode = 3;
`;

it('leaves a process its exit code, so that a failed test run fails', () => {
  const module = join(import.meta.dirname, 'postgres-server.ts');
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', FAILS, module], {
    encoding: 'utf8',
  });
  expect(status, stderr).toBe(3);
});
