import { beforeEach, describe, expect, it } from 'vitest';
import type { ServerEvents } from './server-process.ts';
import { CHECK_EVERY_MS, Watchdog } from './watchdog.ts';

const HANG_AFTER_MS = 30_000;
const START_HANG_AFTER_MS = 600_000;

/** A server of the test: `events` is what it sends, `signals` what it was sent. */
interface FakeServer {
  events: ServerEvents;
  signals: string[];
  isTraced: boolean;
}

let servers: FakeServer[];
let logged: Record<string, unknown>[];
let exitCode: number | null;
let now: number;
let watchdog: Watchdog;

beforeEach(() => {
  servers = [];
  logged = [];
  exitCode = null;
  now = 0;
  const log = (fields: Record<string, unknown>, msg: string) => logged.push({ ...fields, msg });
  watchdog = new Watchdog({
    launch(events) {
      const server: FakeServer = { events, signals: [], isTraced: false };
      servers.push(server);
      return {
        pid: servers.length,
        terminate: () => server.signals.push('SIGTERM'),
        kill: () => server.signals.push('SIGKILL'),
        describe: () => ({ processState: 'R (running)' }),
        isTraced: () => server.isTraced,
      };
    },
    hangAfterMs: HANG_AFTER_MS,
    startHangAfterMs: START_HANG_AFTER_MS,
    log: { info: log, warn: log, error: log },
    now: () => now,
    onEnd: (code) => {
      exitCode = code;
    },
  });
  watchdog.start();
});

const server = () => servers.at(-1)!;
const beat = (hasDebugger = false) => server().events.onHeartbeat({ hasDebugger });

/** Time in which the watchdog checks as usual. */
function pass(ms: number): void {
  for (let passed = 0; passed < ms; passed += CHECK_EVERY_MS) {
    now += CHECK_EVERY_MS;
    watchdog.check();
  }
}

/** A server that is ready, and whose event loop stands still from now on. */
function runAndHang(): void {
  server().events.onReady();
  beat();
  pass(HANG_AFTER_MS);
}

describe('a server that runs', () => {
  it('is left alone as long as it gives heartbeats', () => {
    server().events.onReady();
    for (let n = 0; n < 100; n++) {
      beat();
      pass(HANG_AFTER_MS - CHECK_EVERY_MS);
    }
    expect([watchdog.state, server().signals]).toEqual(['running', []]);
  });

  it('is killed when it hangs, and what the system knows about it is logged', () => {
    runAndHang();
    expect([watchdog.state, server().signals]).toEqual(['killing', ['SIGKILL']]);
    expect(logged.at(-1)).toMatchObject({ child: 1, silentMs: HANG_AFTER_MS, processState: 'R (running)' });
  });

  it('is replaced after a pause once the killed one has ended', () => {
    runAndHang();
    pass(60_000);
    expect(servers.length).toBe(1);
    server().events.onExit(null, 'SIGKILL');
    expect(watchdog.state).toBe('pausing');
    pass(1_000);
    expect([watchdog.state, servers.length]).toEqual(['starting', 2]);
  });

  it('is not blamed for a time in which the machine slept', () => {
    server().events.onReady();
    beat();
    now += 3 * 3_600_000;
    watchdog.check();
    expect(watchdog.state).toBe('running');
  });

  it('is not killed while its own debugger has paused it', () => {
    server().events.onReady();
    beat(true);
    pass(10 * HANG_AFTER_MS);
    expect(watchdog.state).toBe('running');
  });

  it('is not killed while another debugger holds it, and is again some time after that has let go', () => {
    server().isTraced = true;
    runAndHang();
    pass(HANG_AFTER_MS);
    expect(watchdog.state).toBe('running');
    server().isTraced = false;
    pass(HANG_AFTER_MS);
    expect(watchdog.state).toBe('killing');
  });
});

describe('a server that starts', () => {
  it('may block for longer than one that runs, but not for ever', () => {
    pass(START_HANG_AFTER_MS - CHECK_EVERY_MS);
    expect(watchdog.state).toBe('starting');
    pass(CHECK_EVERY_MS);
    expect(watchdog.state).toBe('killing');
  });

  it('ends everything where it refuses its configuration at the first start', () => {
    server().events.onExit(2, null);
    expect([watchdog.state, exitCode]).toEqual(['ended', 2]);
  });

  it('is started again where it fails for another reason, such as a database that is not there yet', () => {
    server().events.onExit(1, null);
    expect([watchdog.state, exitCode]).toEqual(['pausing', null]);
  });

  it('is started again where the configuration became wrong after it had been ready', () => {
    server().events.onReady();
    server().events.onExit(null, 'SIGABRT');
    pass(1_000);
    server().events.onExit(2, null);
    expect(watchdog.state).toBe('pausing');
  });
});

describe('the pauses', () => {
  /** The pauses of servers that die at once, in ms. */
  function pauses(count: number): number[] {
    return Array.from({ length: count }, () => {
      server().events.onExit(null, 'SIGABRT');
      const { length } = servers;
      const endedAt = now;
      while (servers.length === length) pass(CHECK_EVERY_MS);
      return now - endedAt;
    });
  }

  it('grow up to a minute', () => {
    expect(pauses(8)).toEqual([1_000, 2_000, 4_000, 8_000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('keep growing where each server becomes ready and dies soon after', () => {
    pauses(3);
    server().events.onReady();
    expect(pauses(1)).toEqual([8_000]);
  });

  it('start over after a server was ready for five minutes', () => {
    pauses(6);
    server().events.onReady();
    now += 5 * 60_000;
    expect(pauses(2)).toEqual([1_000, 2_000]);
  });
});

describe('a stop', () => {
  it('is passed on, and the exit code is that of the server', () => {
    server().events.onReady();
    watchdog.stop('SIGTERM');
    watchdog.stop('SIGINT');
    expect([watchdog.state, server().signals]).toEqual(['stopping', ['SIGTERM']]);
    server().events.onExit(0, null);
    expect([watchdog.state, exitCode]).toEqual(['ended', 0]);
  });

  it('kills a server that does not stop in time', () => {
    watchdog.stop('SIGTERM');
    pass(14_000);
    expect(server().signals).toEqual(['SIGTERM']);
    pass(1_000);
    expect(server().signals).toEqual(['SIGTERM', 'SIGKILL']);
    server().events.onExit(null, 'SIGKILL');
    expect(exitCode).toBe(1);
  });

  it('during a pause ends at once, and nothing is started any more', () => {
    server().events.onExit(null, 'SIGABRT');
    watchdog.stop('SIGTERM');
    pass(120_000);
    expect([watchdog.state, exitCode, servers.length]).toEqual(['ended', 0, 1]);
  });

  it('of a hanging server that was just killed ends without another start', () => {
    runAndHang();
    watchdog.stop('SIGTERM');
    server().events.onExit(null, 'SIGKILL');
    pass(120_000);
    expect([watchdog.state, servers.length]).toEqual(['ended', 1]);
  });
});

it('a server that ends by itself with 0 is not started again', () => {
  server().events.onReady();
  server().events.onExit(0, null);
  expect([watchdog.state, exitCode]).toEqual(['ended', 0]);
});

it('a late message of a server that was replaced says nothing about the new one', () => {
  runAndHang();
  const hung = server();
  hung.events.onExit(null, 'SIGKILL');
  pass(1_000);
  hung.events.onReady();
  expect(watchdog.state).toBe('starting');
});
