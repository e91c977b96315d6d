import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { promisify, stripVTControlCharacters } from 'node:util';

export interface DemoProcess {
  /** The address that it prints first and last: it signs in, as often as it is opened. */
  address: URL;
  readonly isRunning: boolean;
  /** The configuration that its commands are to be given; printed at the end of the story. */
  configFile(): Promise<string>;
  stop(): Promise<void>;
}

const CLI = join(import.meta.dirname, '../../../src/cli.ts');

/** `npm run demo -- --once`, with a folder of its own for temporary files. @throws where its exit code is not 0 */
export async function runDemoOnce(): Promise<{ stdout: string; leftFiles: string[] }> {
  const tmp = mkdtempSync(join(tmpdir(), 'stagepost-demo-once-'));
  try {
    const args = [CLI, 'demo', '--once', '--port', '0'];
    const { stdout } = await promisify(execFile)(process.execPath, args, {
      env: { ...process.env, TMPDIR: tmp },
    });
    return { stdout, leftFiles: readdirSync(tmp).filter((name) => name.startsWith('stagepost')) };
  } finally {
    rmSync(tmp, { recursive: true, force: true });
  }
}

/** `npm run demo` on a free port, as a process of its own. */
export async function startDemo(): Promise<DemoProcess> {
  const demo = spawn(process.execPath, [CLI, 'demo', '--port', '0'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const printed = matches(demo.stdout);
  const isRunning = () => demo.exitCode === null && demo.signalCode === null;
  return {
    address: new URL(await printed(/in the console: (\S+)/)),
    get isRunning() {
      return isRunning();
    },
    configFile: () => printed(/--config (\S+)/),
    async stop() {
      if (!isRunning()) return;
      const ended = once(demo, 'exit');
      demo.kill('SIGTERM');
      await ended;
    },
  };
}

/** @returns resolves with the first group of the first line that matches, also of lines printed before */
function matches(stdout: Readable): (pattern: RegExp) => Promise<string> {
  const lines: string[] = [];
  let isOver = false;
  let printed = Promise.withResolvers<void>();
  const announce = () => {
    printed.resolve();
    printed = Promise.withResolvers<void>();
  };
  createInterface({ input: stdout })
    .on('line', (line) => {
      lines.push(stripVTControlCharacters(line));
      announce();
    })
    .on('close', () => {
      isOver = true;
      announce();
    });
  return async (pattern) => {
    for (;;) {
      const match = lines.map((line) => pattern.exec(line)?.[1]).find((found) => found !== undefined);
      if (match !== undefined) return match;
      if (isOver) throw new Error(`The demo ended before it printed ${pattern}.`);
      await printed.promise;
    }
  };
}
