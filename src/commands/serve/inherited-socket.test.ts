import { expect, it } from 'vitest';
import { inheritedSocket } from './inherited-socket.ts';

it('takes the socket that systemd hands to this very process', () => {
  expect(inheritedSocket({ LISTEN_FDS: '1', LISTEN_PID: '77' }, 77)).toBe(3);
});

it.each([
  ['nothing is handed over', {}],
  ['it was handed to the parent', { LISTEN_FDS: '1', LISTEN_PID: '76' }],
  ['there are none', { LISTEN_FDS: '0', LISTEN_PID: '77' }],
  ['the number makes no sense', { STAGEPOST_LISTEN_FD: 'three' }],
])('opens its own where %s', (_why, env) => {
  expect(inheritedSocket(env, 77)).toBeNull();
});

it('takes the one that another supervisor names', () => {
  expect(inheritedSocket({ STAGEPOST_LISTEN_FD: '5' }, 77)).toBe(5);
});
