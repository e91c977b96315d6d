import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { getCompileCacheDir } from 'node:module';
import { dirname, join } from 'node:path';
import type { DemoRouteName, Work } from './contract.ts';
import type { FromServer, ReadyMessage, ServerSettings, ToServer } from './messages.ts';

/**
 * The process of the demo's Stagepost.
 * - `starting`: until it listens
 * - `running`
 * - `away`: it has ended, and will be started again after a pause
 * - `stopped`: at the end of the demo, or where it could not be started
 */
type State = 'starting' | 'running' | 'away' | 'stopped';

export interface StagepostProcessOptions {
  settings: ServerSettings;
  /** Answers a request to one of the demo's routes. What it throws is a refusal in words. */
  answer(route: DemoRouteName, body: unknown): unknown;
  /** What it holds, twice a second while it runs; null once it has ended. */
  onWork(work: Work | null): void;
  /** It listens again after it had ended. */
  onRestarted(): void;
  /** Starts the process; tests pass a stand-in. */
  launch?: (settings: ServerSettings) => ChildProcess;
}

/** Somebody who watches should see that it is away; systemd takes as long (`RestartSec`). */
const RESTART_AFTER_MS = 1_500;
/** A server that is asked to stop has ended by then, or is killed. */
const STOP_WITHIN_MS = 10_000;

export class StagepostProcess {
  readonly #options: StagepostProcessOptions;
  #state: State = 'starting';
  #child: ChildProcess | null = null;
  #settings: ServerSettings;
  #ready = Promise.withResolvers<ReadyMessage>();
  #restart: NodeJS.Timeout | undefined;

  constructor(options: StagepostProcessOptions) {
    this.#options = options;
    this.#settings = options.settings;
  }

  get state(): State {
    return this.#state;
  }

  /** @returns where it listens @throws Error in words where it does not start */
  start(): Promise<ReadyMessage> {
    this.#launch();
    return this.#ready.promise;
  }

  /** Kills it in the middle of its work, as a power cut would. It is started again after a pause. */
  kill(): void {
    this.#child?.kill('SIGKILL');
  }

  /** Resolves when it has ended. */
  async stop(): Promise<void> {
    this.#change('stopped');
    clearTimeout(this.#restart);
    const child = this.#child;
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    const ended = once(child, 'exit');
    const timer = setTimeout(() => child.kill('SIGKILL'), STOP_WITHIN_MS);
    child.kill('SIGTERM');
    await ended;
    clearTimeout(timer);
  }

  /** The only place that changes the state. */
  #change(state: State): void {
    if (this.#state !== 'stopped') this.#state = state;
  }

  #launch(): void {
    const child = (this.#options.launch ?? launchServer)(this.#settings);
    this.#child = child;
    child.on('message', (message: FromServer) => this.#take(message, child));
    child.on('exit', () => this.#onExit());
    child.on('error', (error) => this.#fail(error));
  }

  #take(message: FromServer, child: ChildProcess): void {
    if (message.kind === 'request') this.#answer(message, child);
    else if (message.kind === 'work') this.#options.onWork(message.work);
    else if (message.kind === 'failed') this.#fail(new Error(message.message));
    else this.#onReady(message);
  }

  #onReady(message: ReadyMessage): void {
    const isRestart = this.#state === 'away';
    this.#change('running');
    // After a restart it must be found where browsers and webhooks look for it.
    this.#settings = { ...this.#settings, port: Number(new URL(message.url).port) };
    this.#ready.resolve(message);
    if (isRestart) this.#options.onRestarted();
  }

  #answer({ id, route, body }: Extract<FromServer, { kind: 'request' }>, child: ChildProcess): void {
    let reply: ToServer;
    try {
      reply = { id, answer: this.#options.answer(route, body) };
    } catch (error) {
      reply = { id, error: error instanceof Error ? error.message : String(error) };
    }
    // It may have been killed since it asked.
    if (child.connected) child.send(reply, () => {});
  }

  #onExit(): void {
    if (this.#state === 'starting') this.#fail(new Error('The demo’s Stagepost ended while it started.'));
    if (this.#state === 'stopped') return;
    this.#change('away');
    this.#options.onWork(null);
    this.#restart = setTimeout(() => this.#launch(), RESTART_AFTER_MS);
  }

  /** A first start that failed ends the demo. */
  #fail(error: Error): void {
    if (this.#state !== 'starting') return;
    this.#change('stopped');
    this.#ready.reject(error);
  }
}

function launchServer(settings: ServerSettings): ChildProcess {
  const script = join(import.meta.dirname, `server${import.meta.url.endsWith('.ts') ? '.ts' : '.js'}`);
  const cache = getCompileCacheDir();
  return spawn(process.execPath, [script, JSON.stringify(settings)], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    env: { ...process.env, ...(cache ? { NODE_COMPILE_CACHE: dirname(cache) } : {}) },
  });
}
