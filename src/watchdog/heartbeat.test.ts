import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { startHeartbeat } from './heartbeat.ts';

let sent: unknown[];
let disconnect: () => void;
let gone: number;

beforeEach(() => {
  vi.useFakeTimers();
  sent = [];
  gone = 0;
});
afterEach(() => vi.useRealTimers());

const channel = () => ({
  send: ((message: unknown) => sent.push(message) > 0) as NodeJS.Process['send'],
  once: (_event: 'disconnect', listener: () => void) => {
    disconnect = listener;
  },
});

it('heartbeats go to the supervisor every second, and the news that the server is ready once', () => {
  const heartbeat = startHeartbeat(channel(), () => gone++);
  vi.advanceTimersByTime(2_000);
  heartbeat.ready();
  const beat = { stagepost: 'heartbeat', hasDebugger: false };
  expect(sent).toEqual([beat, beat, beat, { stagepost: 'ready' }]);
});

it('a supervisor that has died asks the server to stop, and hears nothing more', () => {
  startHeartbeat(channel(), () => gone++);
  disconnect();
  vi.advanceTimersByTime(5_000);
  expect([gone, sent.length]).toEqual([1, 1]);
});

it('a process without a channel sends nothing', () => {
  startHeartbeat({ once: () => {} }, () => gone++).ready();
  vi.advanceTimersByTime(5_000);
  expect(sent).toEqual([]);
});
