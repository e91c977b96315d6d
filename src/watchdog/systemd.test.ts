import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startSystemdNotifier, watchdogIntervalMs } from './systemd.ts';

let sent: string[];
const run = (state: string) => void sent.push(state);

beforeEach(() => {
  sent = [];
  vi.useFakeTimers();
});
afterEach(() => vi.useRealTimers());

it('a service is reported ready, alive at a third of its WatchdogSec, and stopping', () => {
  const systemd = startSystemdNotifier(
    { NOTIFY_SOCKET: '/run/systemd/notify', WATCHDOG_USEC: '30000000' },
    run,
  );
  vi.advanceTimersByTime(60_000);
  expect(sent).toEqual([]);
  systemd.ready();
  vi.advanceTimersByTime(20_000);
  expect(sent).toEqual(['READY=1', 'WATCHDOG=1', 'WATCHDOG=1']);
  systemd.stopping();
  vi.advanceTimersByTime(60_000);
  expect(sent.slice(3)).toEqual(['STOPPING=1']);
});

it('a unit without WatchdogSec gets no reports in between', () => {
  startSystemdNotifier({ NOTIFY_SOCKET: '@socket' }, run).ready();
  vi.advanceTimersByTime(3_600_000);
  expect(sent).toEqual(['READY=1']);
});

it('nothing is reported outside of systemd', () => {
  const systemd = startSystemdNotifier({ WATCHDOG_USEC: '30000000' }, run);
  systemd.ready();
  systemd.stopping();
  expect(sent).toEqual([]);
});

it.each(['', '0', 'soon'])('a WATCHDOG_USEC of "%s" is none', (WATCHDOG_USEC) => {
  expect(watchdogIntervalMs({ WATCHDOG_USEC })).toBeNull();
});
