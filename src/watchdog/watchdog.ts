import { backoff } from '../lib/backoff.ts';
import type { WatchdogLog } from './log.ts';
import type { LaunchServer, ServerProcess } from './server-process.ts';

/**
 * The state of a watchdog:
 *
 * - `starting`: the server runs, and is not ready yet. Opening or migrating its database may block it for minutes.
 * - `running`: the server is ready.
 * - `killing`: the server hung and was sent SIGKILL, and its end has not been seen yet.
 * - `pausing`: no server runs; the next one starts after a pause.
 * - `stopping`: the watchdog was told to stop and has passed that on.
 * - `ended`: no server runs, and none will be started.
 */
type State = 'starting' | 'running' | 'killing' | 'pausing' | 'stopping' | 'ended';

export interface WatchdogOptions {
  launch: LaunchServer;
  /** A running server that gives no heartbeat for so long hangs, in ms. */
  hangAfterMs: number;
  /** The same for a server that is not ready yet. */
  startHangAfterMs: number;
  log: WatchdogLog;
  /** Ms since some fixed moment; not the time of day, which jumps. */
  now(): number;
  /** Called once, with the exit code for this process. */
  onEnd(exitCode: number): void;
}

/** How often `check` is to be called, in ms. */
export const CHECK_EVERY_MS = 1_000;
/** A server gets so long to stop; it gives itself 9 s. */
const STOP_WITHIN_MS = 15_000;
const PAUSE = { firstMs: 1_000, maxMs: 60_000 };
/** A server that was ready for so long starts the pauses over. */
const STABLE_AFTER_MS = 5 * 60_000;
/** Wrong usage or configuration: starting again would fail in the same way. */
const CONFIGURATION_ERROR = 2;

/**
 * Keeps a server process alive: starts it, ends it with SIGKILL when its event loop gives no heartbeat any more (a hung
 * process hears no other signal), and starts it again with growing pauses when it has died.
 *
 * Silence is counted in checks, not in time. While the machine sleeps or this process is stopped, no check runs, so the
 * server is not blamed for the gap. A server that a debugger has paused is not counted either.
 */
export class Watchdog {
  readonly #options: WatchdogOptions;
  #state: State = 'pausing';
  #server: ServerProcess | null = null;
  /** Checks since the last heartbeat. */
  #silentChecks = 0;
  #hasDebugger = false;
  /** Servers in a row that ended before they were stable. */
  #failures = 0;
  #wasReady = false;
  #readyAt = 0;
  /** When a pause ends, or a stopping server is killed. */
  #deadline = 0;

  constructor(options: WatchdogOptions) {
    this.#options = options;
  }

  get state(): State {
    return this.#state;
  }

  start(): void {
    this.#launch();
  }

  /** To be called every CHECK_EVERY_MS. */
  check(): void {
    if (this.#state === 'starting' || this.#state === 'running') this.#checkHeartbeat();
    else if (this.#options.now() >= this.#deadline) {
      if (this.#state === 'pausing') this.#launch();
      if (this.#state === 'stopping') this.#server?.kill();
    }
  }

  /** Ends the server and then this watchdog. A second call does nothing. */
  stop(signal: string): void {
    const { log, now } = this.#options;
    if (this.#state === 'stopping' || this.#state === 'ended') return;
    log.info({ signal }, 'the supervisor stops the server');
    if (this.#state === 'pausing') {
      this.#end(0);
      return;
    }
    this.#deadline = now() + STOP_WITHIN_MS;
    this.#change('stopping');
    this.#server?.terminate();
  }

  #launch(): void {
    const { launch, log } = this.#options;
    this.#silentChecks = 0;
    this.#hasDebugger = false;
    this.#change('starting');
    const server = launch({
      onHeartbeat: ({ hasDebugger }) => {
        if (server !== this.#server) return;
        this.#silentChecks = 0;
        this.#hasDebugger = hasDebugger;
      },
      onReady: () => server === this.#server && this.#onReady(),
      onExit: (code, signal) => server === this.#server && this.#onExit(code, signal),
    });
    this.#server = server;
    log.info({ child: server.pid, failures: this.#failures }, 'the supervisor has started the server');
  }

  #onReady(): void {
    if (this.#state !== 'starting') return;
    this.#wasReady = true;
    this.#readyAt = this.#options.now();
    this.#change('running');
  }

  #checkHeartbeat(): void {
    const { hangAfterMs, startHangAfterMs } = this.#options;
    this.#silentChecks++;
    const limit = this.#state === 'running' ? hangAfterMs : startHangAfterMs;
    if (this.#silentChecks * CHECK_EVERY_MS < limit) return;
    if (this.#hasDebugger || this.#server?.isTraced()) {
      this.#silentChecks = 0;
      return;
    }
    this.#killHanging();
  }

  #killHanging(): void {
    const { log } = this.#options;
    const silentMs = this.#silentChecks * CHECK_EVERY_MS;
    log.error(
      { child: this.#server?.pid, silentMs, ...this.#server?.describe() },
      `the server has given no sign of life for ${Math.round(silentMs / 1000)} s. It is killed and started again`,
    );
    this.#change('killing');
    this.#server?.kill();
  }

  #onExit(code: number | null, signal: string | null): void {
    const { log } = this.#options;
    const child = this.#server?.pid;
    this.#server = null;
    if (this.#state === 'stopping') {
      this.#end(code ?? 1);
    } else if (this.#state !== 'killing' && code === 0) {
      log.info({ child }, 'the server has ended by itself');
      this.#end(0);
    } else if (code === CONFIGURATION_ERROR && !this.#wasReady) {
      log.error({ child, code }, 'the server refuses its configuration. It is not started again');
      this.#end(code);
    } else {
      this.#pause({ child, code, signal });
    }
  }

  #pause(ended: { child: number | undefined; code: number | null; signal: string | null }): void {
    const { log, now } = this.#options;
    const wasStable = this.#readyAt > 0 && now() - this.#readyAt >= STABLE_AFTER_MS;
    this.#failures = wasStable ? 1 : this.#failures + 1;
    this.#readyAt = 0;
    const pauseMs = backoff(this.#failures, PAUSE);
    log.warn({ ...ended, failures: this.#failures, pauseMs }, 'the server has ended. It is started again');
    this.#deadline = now() + pauseMs;
    this.#change('pausing');
  }

  #end(exitCode: number): void {
    this.#change('ended');
    this.#options.onEnd(exitCode);
  }

  #change(state: State): void {
    this.#state = state;
  }
}
