import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';

export interface DemoProcess {
  /** The address that it prints first: it signs in. */
  address: URL;
  stop(): Promise<void>;
}

/** `npm run demo` on a free port, as a process of its own. */
export async function startDemo(): Promise<DemoProcess> {
  const cli = join(import.meta.dirname, '../../../src/cli.ts');
  const demo = spawn(process.execPath, [cli, 'demo', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  return {
    address: await printedAddress(demo.stdout),
    async stop() {
      if (demo.exitCode !== null) return;
      const ended = once(demo, 'exit');
      demo.kill('SIGTERM');
      await ended;
    },
  };
}

async function printedAddress(stdout: Readable): Promise<URL> {
  for await (const line of createInterface({ input: stdout })) {
    const found = /in the console: (\S+)/.exec(stripVTControlCharacters(line))?.[1];
    if (found === undefined) continue;
    // What else it tells is read and dropped, so that it never waits for a reader.
    stdout.resume();
    return new URL(found);
  }
  throw new Error('The demo ended before it printed an address.');
}
