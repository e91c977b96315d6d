import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { cpSync, mkdirSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { freePort } from '../support/free-port.ts';
import { below, environment, type Image } from './image.ts';

const execute = promisify(execFile);

const HEALTHY_WITHIN_MS = 60_000;

type Environment = Record<string, string>;

/** In milliseconds. */
export interface Times {
  /** From the start to the first HEALTHCHECK that succeeds. */
  healthyAfter: number;
  /** From SIGTERM to the end of the process. */
  stoppedAfter: number;
}

export interface Container {
  url: string;
  /** What `docker exec` does: runs a command of Stagepost with the container's environment, and returns its output and code. */
  run(...args: string[]): Promise<{ output: string; code: number }>;
}

/**
 * Starts the image's ENTRYPOINT with its CMD as its USER, who may write /data and the folder for temporary files only, waits
 * until its HEALTHCHECK succeeds, uses it, and stops it. The configuration is the example.
 * @param settings variables besides those of the image
 * @throws Error with what the process has printed
 */
export async function tryImage(
  image: Image,
  settings: Environment,
  use: (container: Container) => Promise<void>,
): Promise<Times> {
  const env = { ...environment(image), ...settings, STAGEPOST_PORT: String(await freePort()) };
  mountConfiguration(image);
  const start = performance.now();
  const child = startAs(image, env);
  let output = '';
  for (const stream of [child.stdout!, child.stderr!]) stream.on('data', (chunk) => (output += chunk));
  try {
    await untilHealthy(image, env, child);
    const healthyAfter = performance.now() - start;
    await use({
      url: `http://127.0.0.1:${env.STAGEPOST_PORT}`,
      run: (...args) => runIn(image, env, args),
    });
    return { healthyAfter, stoppedAfter: await stop(child) };
  } catch (error) {
    child.kill('SIGKILL');
    throw new Error(`The container did not work. ${(error as Error).message}\n${output}`);
  }
}

async function runIn(
  image: Image,
  env: Environment,
  args: string[],
): Promise<{ output: string; code: number }> {
  const [command = ''] = image.entrypoint;
  const child = spawn(command, args, { cwd: below(image.root, image.workdir), env, ...identity(image) });
  let output = '';
  child.stdout.on('data', (chunk) => (output += chunk));
  const [code] = await once(child, 'close');
  return { output, code };
}

/** What `-v ./stagepost.yaml:/etc/stagepost/stagepost.yaml:ro` does. */
function mountConfiguration(image: Image): void {
  const file = below(image.root, image.env.STAGEPOST_CONFIG!);
  mkdirSync(dirname(file), { recursive: true });
  cpSync(join(import.meta.dirname, '../../examples/stagepost.yaml'), file);
}

function startAs(image: Image, env: Environment): ChildProcess {
  const [command = '', ...args] = [...image.entrypoint, ...image.command];
  return spawn(command, args, { cwd: below(image.root, image.workdir), env, ...identity(image) });
}

/** Only root can start a process as another user. */
function identity({ user }: Image): { uid?: number; gid?: number } {
  return process.getuid?.() === 0 ? { uid: user, gid: user } : {};
}

async function untilHealthy(image: Image, env: Environment, child: ChildProcess): Promise<void> {
  const [command = '', ...args] = image.healthcheck;
  const deadline = performance.now() + HEALTHY_WITHIN_MS;
  const check = () =>
    execute(command, args, { env, ...identity(image) }).then(
      () => true,
      () => false,
    );
  while (!(await check())) {
    if (child.exitCode !== null) throw new Error(`It has ended with ${child.exitCode}.`);
    if (performance.now() > deadline)
      throw new Error(`It was not healthy within ${HEALTHY_WITHIN_MS / 1000} s.`);
    await delay(100);
  }
}

async function stop(child: ChildProcess): Promise<number> {
  const start = performance.now();
  child.kill('SIGTERM');
  const [code] = await once(child, 'exit');
  if (code !== 0) throw new Error(`After SIGTERM it has ended with ${code}.`);
  return performance.now() - start;
}
