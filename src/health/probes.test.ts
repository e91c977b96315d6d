import { beforeEach, expect, it } from 'vitest';
import { exampleConfig } from '../../test/support/example-config.ts';
import type { Catalog } from '../domain/entities.ts';
import { ConnectionProbes, PROBE_TIMES, type ProbeClients, type ProbeName, probeTimesFor } from './probes.ts';

const config = exampleConfig().connections[0]!;
const catalog: Catalog = {
  account: { id: 1, name: 'Acme', subdomain: 'acme', timezone: 'UTC', country: null },
  pipelines: [],
  dealFields: [],
  contactFields: [],
  companyFields: [],
  users: [],
};

let now: number;
let calls: string[];
let hasCatalog: boolean;
let probes: ConnectionProbes;
const noted =
  <T>(name: string, answer: T) =>
  async () => {
    calls.push(name);
    return answer;
  };
const clients: ProbeClients = {
  kommo: {
    account: noted('account', catalog.account),
    catalog: noted('catalog', catalog),
    catalogLists: async (lists) => {
      calls.push(...lists);
      return {};
    },
    webhooks: noted('hooks', []),
    dealMoves: noted('moves', []),
    createDealField: async () => expect.unreachable(),
  },
  track: { region: noted('region', { region: 'us', url: '', environmentId: 1 } as const) },
  app: null,
};

beforeEach(() => {
  now = 1_000_000;
  calls = [];
  hasCatalog = true;
  probes = new ConnectionProbes({
    config,
    times: () => PROBE_TIMES,
    now: () => now,
    catalog: () => (hasCatalog ? catalog : null),
    rules: async () => config,
    onError: (_, error) => expect.unreachable(String(error)),
  });
});

/** Starts what is due, and resolves with the calls that it made. */
async function due({ unwell = [] as ProbeName[] } = {}): Promise<string[]> {
  calls = [];
  probes.start(clients, { busyAt: 0, unwell: new Set(unwell), proven: new Set(['reporting']) });
  await expect.poll(() => probes.isRunning).toBe(false);
  return calls.toSorted();
}

it('reads only the lists of the account that the rules name anything of', async () => {
  expect(await due()).toEqual(['dealFields', 'hooks', 'moves', 'pipelines', 'region']);
});

it('reads the whole catalog while the connection does not run', async () => {
  hasCatalog = false;
  expect(await due()).toEqual(['catalog', 'hooks', 'moves', 'region']);
});

it('takes along what is due soon, so that one connection to Kommo serves all', async () => {
  await due();
  now += 39_999;
  expect(await due()).toEqual([]);
  now += 1;
  expect(await due()).toEqual(['hooks', 'moves', 'region']);
});

it('reads what is not right every ten seconds, and after a quarter of an hour at the usual times', async () => {
  await due();
  now += 10_000;
  expect(await due({ unwell: ['hooks'] })).toEqual(['hooks']);
  now += 10_000;
  expect(await due({ unwell: ['hooks'] })).toEqual(['hooks']);
  now += 15 * 60_000;
  await due({ unwell: ['hooks'] });
  now += 10_000;
  expect(await due({ unwell: ['hooks'] })).toEqual([]);
  now += 35_000;
  expect(await due({ unwell: ['hooks'] })).toContain('hooks');
});

it('of thousands of connections is late at most by what two minutes leave', () => {
  expect(probeTimesFor(PROBE_TIMES, 300)).toBe(PROBE_TIMES);
  const { everyMs, deferMs } = probeTimesFor(PROBE_TIMES, 3_000);
  expect(new Set(Object.values(everyMs))).toEqual(new Set([80_000]));
  expect(everyMs.moves + deferMs).toBeLessThan(120_000);
});

it('a list that was being read while something was fixed is out of date, and is read again', async () => {
  const answer = Promise.withResolvers<never[]>();
  const kommo = { ...clients.kommo, webhooks: () => answer.promise };
  probes.start({ ...clients, kommo }, { busyAt: 0, unwell: new Set(), proven: new Set(['reporting']) });
  probes.invalidate();
  answer.resolve([]);
  await expect.poll(() => probes.isRunning).toBe(false);
  expect(probes.results.hooks).toBeNull();
  expect(await due()).toContain('hooks');
  expect(probes.results.hooks).toEqual({ at: now, value: [] });
});
