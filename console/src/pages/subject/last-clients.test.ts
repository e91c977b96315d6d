import { expect, it } from 'vitest';
import { lastClients } from './last-clients.ts';

const entry = (event: number, person: string | null, connection = 'acme') => ({
  ...{ event, connection, person, client: person, dealId: event },
});

const eventsOf = (entries: { event: number }[]) => entries.map(({ event }) => event);

it('names each client once, with the newest stage change', () => {
  const entries = [entry(4, 'ann@acme.example'), entry(3, 'ben@bolt.example'), entry(2, 'ann@acme.example')];
  expect(eventsOf(lastClients(entries, 8))).toEqual([4, 3]);
});

it('knows a client by the deal where a stage does not say who it is', () => {
  const won = { ...entry(2, 'ann@acme.example'), dealId: 7 };
  const created = { ...entry(1, null), client: 'Ann Lee', dealId: 7 };
  expect(eventsOf(lastClients([won, created], 8))).toEqual([2]);
});

it('leaves out deals without a client, and what is too much', () => {
  const entries = [entry(3, null), entry(2, 'ann@acme.example'), entry(1, 'ben@bolt.example')];
  expect(eventsOf(lastClients(entries, 1))).toEqual([2]);
});

it('the same address in two connections is two clients', () => {
  const entries = [entry(2, 'ann@acme.example'), entry(1, 'ann@acme.example', 'beta')];
  expect(eventsOf(lastClients(entries, 8))).toEqual([2, 1]);
});
