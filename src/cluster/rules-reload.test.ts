import { pino } from 'pino';
import { beforeEach, expect, it } from 'vitest';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import type { Connection } from '../pipeline/connection.ts';
import { RulesReloader } from './rules-reload.ts';
import type { UnresolvedRules } from './startup-rules.ts';

const STALE = { account: { name: 'stale' } } as unknown as Catalog;
const FRESH = { account: { name: 'fresh' } } as unknown as Catalog;

let now: number;
let published: UnresolvedRules;
let connection: Connection | null;
let catalogReads: number;
let saved: { catalog: Catalog; configuration: string | undefined }[];
let save: () => Promise<void>;
let starts: number;
let reloader: RulesReloader;

beforeEach(() => {
  now = 0;
  published = version(1);
  catalogReads = 0;
  const kommo = {
    async catalog() {
      catalogReads += 1;
      return FRESH;
    },
  };
  connection = { catalog: STALE, rules: {}, rulesVersion: 1, kommo } as unknown as Connection;
  saved = [];
  save = async () => {};
  starts = 0;
  reloader = new RulesReloader({
    name: 'acme',
    log: pino({ level: 'silent' }),
    clock: { now: () => now },
    catalogs: {
      async save(catalog, configuration) {
        await save();
        saved.push({ catalog, configuration });
      },
    },
    loadRules: async () => published,
    running: () => connection,
    retryStart() {
      starts += 1;
    },
  });
});

/** A version whose names are all in the fresh catalog, and in the stale one too unless it needs a new name. */
function version(number: number, { needs = [STALE, FRESH] }: { needs?: Catalog[] } = {}): UnresolvedRules {
  return {
    version: number,
    configuration: `version ${number}`,
    resolve(catalog) {
      if (!needs.includes(catalog)) throw new Error('Kommo has no stage "Won".');
      return { number } as unknown as Rules;
    },
  };
}

it('a published version replaces the running one, and its catalog is stored', async () => {
  published = version(2);
  await reloader.reload();
  expect(connection).toMatchObject({ rulesVersion: 2, rules: { number: 2 } });
  expect(saved).toEqual([{ catalog: STALE, configuration: 'version 2' }]);
});

it('the version that runs is not loaded again', async () => {
  const { rules } = connection!;
  await reloader.reload();
  expect(connection!.rules).toBe(rules);
  expect(saved).toEqual([]);
});

it('a connection that does not run is started, since it may be waiting for these rules', async () => {
  connection = null;
  await reloader.reload();
  expect(starts).toBe(1);
});

it('a name that the catalog lacks is looked up in Kommo', async () => {
  published = version(2, { needs: [FRESH] });
  await reloader.reload();
  expect(connection).toMatchObject({ rulesVersion: 2, catalog: FRESH });
});

it('a version that cannot be run leaves the one before active, and says why', async () => {
  published = version(2, { needs: [] });
  await reloader.reload();
  expect(connection!.rulesVersion).toBe(1);
  expect(reloader.trouble).toBe('Kommo has no stage "Won". Version 1 stays active.');
});

it('a rejected version is tried again after half a minute, and not before', async () => {
  published = version(2, { needs: [] });
  await reloader.reload();
  now = 29_999;
  await reloader.reload();
  expect(catalogReads).toBe(1);
  now = 30_000;
  published = version(2);
  await reloader.reload();
  expect(connection!.rulesVersion).toBe(2);
  expect(reloader.trouble).toBeNull();
});

it('the trouble with a rejected version ends when a later one can be run', async () => {
  published = version(2, { needs: [] });
  await reloader.reload();
  published = version(3);
  await reloader.reload();
  expect(reloader.trouble).toBeNull();
});

it('a catalog that cannot be stored is no trouble with the rules: the new version runs', async () => {
  published = version(2);
  save = () => Promise.reject(new Error('The database is away.'));
  await reloader.reload();
  expect(connection!.rulesVersion).toBe(2);
  expect(reloader.trouble).toBeNull();
});

it('trouble ends where the connection has started with the newest version since', async () => {
  published = version(2, { needs: [] });
  await reloader.reload();
  connection = { ...connection!, rulesVersion: 2 };
  await reloader.reload();
  expect(reloader.trouble).toBeNull();
});

it('rules that were resolved when the connection had stopped are dropped', async () => {
  const stopped = connection!;
  published = {
    ...version(2),
    resolve() {
      connection = null;
      return {} as Rules;
    },
  };
  await reloader.reload();
  expect(stopped.rulesVersion).toBe(1);
});

it('an older version that is loaded slowly does not replace a newer one', async () => {
  const versions = [version(2), version(3)];
  const slow = new RulesReloader({
    name: 'acme',
    log: pino({ level: 'silent' }),
    clock: { now: () => now },
    catalogs: { save: async () => {} },
    async loadRules() {
      const loaded = versions.shift()!;
      if (loaded.version === 2) await new Promise((resolve) => setImmediate(resolve));
      return loaded;
    },
    running: () => connection,
    retryStart() {},
  });
  await Promise.all([slow.reload(), slow.reload()]);
  expect(connection!.rulesVersion).toBe(3);
});
