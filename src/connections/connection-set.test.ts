import { expect, it } from 'vitest';
import type { ConnectionConfig } from '../config/index.ts';
import { ConnectionSet } from './connection-set.ts';

const named = (name: string) => ({ name }) as ConnectionConfig;

it('makes a part for each connection, also for one that is added later, and ends it with the connection', async () => {
  const connections = new ConnectionSet([named('acme')]);
  const ended: string[] = [];
  const parts = connections.each(
    ({ name }) => name.toUpperCase(),
    (part) => void ended.push(part),
  );
  connections.add(named('beta'));
  expect([...parts.values()]).toEqual(['ACME', 'BETA']);
  await connections.remove('acme');
  expect([...parts.keys()]).toEqual(['beta']);
  expect(connections.names).toEqual(['beta']);
  expect(ended).toEqual(['ACME']);
});

it('has no moment without a part while a connection is replaced, and waits for the end of the old one', async () => {
  const connections = new ConnectionSet([named('acme')]);
  const stopping = Promise.withResolvers<void>();
  let made = 0;
  const parts = connections.each(
    () => ++made,
    () => stopping.promise,
  );
  let hasEnded = false;
  const replaced = connections.replace(named('acme')).then(() => {
    hasEnded = true;
  });
  expect(parts.get('acme')).toBe(2);
  await Promise.resolve();
  expect(hasEnded).toBe(false);
  stopping.resolve();
  await replaced;
});

it('has one connection of a name', async () => {
  const connections = new ConnectionSet([named('acme')]);
  expect(() => connections.add(named('acme'))).toThrow('There already is a connection acme.');
  await connections.remove('acme');
  connections.add(named('acme'));
  expect(connections.names).toEqual(['acme']);
});
