import { EventEmitter } from 'node:events';
import { beforeEach, expect, it } from 'vitest';
import { type Connect, OpenSockets, openFilesProblem, socketsWithin } from './open-sockets.ts';

let opened: EventEmitter[];
let fails: boolean;
let connected: string[];
const open = ((_options: unknown, callback: (error: Error | null, socket: unknown) => void) => {
  const socket = new EventEmitter();
  if (fails) callback(new Error('The host refuses.'), null);
  else {
    opened.push(socket);
    callback(null, socket);
  }
}) as unknown as Connect;

beforeEach(() => {
  opened = [];
  connected = [];
  fails = false;
});

function connectTo(sockets: OpenSockets, name: string): void {
  const connect = sockets.connect(open) as unknown as (
    options: unknown,
    callback: (error: Error | null) => void,
  ) => void;
  connect({}, (error) => connected.push(error === null ? name : `${name} failed`));
}

it('opens no more sockets than the limit, and the next one when one is closed', () => {
  const sockets = new OpenSockets(2);
  for (const name of ['a', 'b', 'c']) connectTo(sockets, name);
  expect(connected).toEqual(['a', 'b']);
  opened[0]!.emit('close');
  expect(connected).toEqual(['a', 'b', 'c']);
  expect(sockets.size).toBe(2);
});

it('does not count a socket that could not be opened', () => {
  const sockets = new OpenSockets(1);
  fails = true;
  connectTo(sockets, 'a');
  fails = false;
  connectTo(sockets, 'b');
  expect(connected).toEqual(['a failed', 'b']);
  expect(sockets.size).toBe(1);
});

it('is empty again when all sockets are closed', () => {
  const sockets = new OpenSockets(2);
  for (const name of ['a', 'b', 'c', 'd']) connectTo(sockets, name);
  for (let index = 0; index < 4; index += 1) opened[index]!.emit('close');
  expect(sockets.size).toBe(0);
});

it.each([
  [4_096, 3_072],
  [1_024, 768],
  [null, 3_072],
])('with a limit of %s open files, clients use %i', (limit, expected) => {
  expect(socketsWithin(limit)).toBe(expected);
});

it.each([
  [1_024, 20],
  [4_096, 10_000],
  [null, 10_000],
])('%s open files suffice for %i connections', (limit, connections) => {
  expect(openFilesProblem(limit, connections)).toBeNull();
});

it('names a limit that is too low, and what to do', () => {
  expect(openFilesProblem(1_024, 10_000)).toMatch(/may open 1024 .* 10000 connections.*ulimit -n 3072/s);
  expect(openFilesProblem(256, 1)).toMatch(/ulimit -n 512/);
});
