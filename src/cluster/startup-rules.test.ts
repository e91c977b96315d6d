import { pino } from 'pino';
import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../domain/entities.ts';
import type { Rules } from '../domain/rules/rules.ts';
import { resolveForStartup, type Startup } from './startup-rules.ts';

const named = (name: string) => ({ account: { name } }) as unknown as Catalog;
const NEW = named('read from Kommo');
const OLD = named('stored');
const RULES = {} as Rules;

let kommo: () => Promise<Catalog>;
let stored: { catalog: Catalog; configuration: string | undefined } | null;
let resolve: (catalog: Catalog) => Rules;

beforeEach(() => {
  kommo = async () => NEW;
  stored = null;
  resolve = () => RULES;
});

const start = (options: { rereadCatalog?: boolean; signal?: AbortSignal } = {}): Promise<Startup> =>
  resolveForStartup({
    connection: 'acme',
    kommo: { catalog: () => kommo() },
    catalogs: {
      load: async () => stored?.catalog ?? null,
      loadFor: async (configuration) => (stored?.configuration === configuration ? stored.catalog : null),
      async save(catalog, configuration = stored?.configuration) {
        stored = { catalog, configuration };
      },
    },
    loadRules: async () => ({ version: 3, configuration: 'this', resolve: (catalog) => resolve(catalog) }),
    log: pino({ level: 'silent' }),
    rereadCatalog: false,
    signal: new AbortController().signal,
    ...options,
  });

const isDown = () => Promise.reject(new Error('Kommo is down.'));
const unknownName = () => {
  throw new Error('Kommo has no stage "Won".');
};

it('the catalog is read from Kommo and stored for this configuration', async () => {
  expect(await start()).toEqual({ kind: 'resolved', catalog: NEW, rules: RULES, version: 3 });
  expect(stored).toEqual({ catalog: NEW, configuration: 'this' });
});

describe('where another process ran the connection with the same configuration', () => {
  beforeEach(() => {
    stored = { catalog: OLD, configuration: 'this' };
    kommo = () => expect.unreachable('Kommo is not asked.');
  });

  it('nothing is read', async () => {
    expect(await start()).toMatchObject({ kind: 'resolved', catalog: OLD });
  });

  it('the start of the process reads the catalog all the same', async () => {
    kommo = async () => NEW;
    expect(await start({ rereadCatalog: true })).toMatchObject({ kind: 'resolved', catalog: NEW });
  });

  it('but names are missing in the stored catalog, it is read again', async () => {
    kommo = async () => NEW;
    resolve = (catalog) => (catalog === OLD ? unknownName() : RULES);
    expect(await start()).toMatchObject({ kind: 'resolved', catalog: NEW });
  });
});

describe('where Kommo cannot be read', () => {
  beforeEach(() => {
    kommo = isDown;
  });

  it('the stored catalog is used', async () => {
    stored = { catalog: OLD, configuration: 'another' };
    expect(await start()).toMatchObject({ kind: 'resolved', catalog: OLD });
  });

  it('and never was, the connection cannot start', async () => {
    expect(await start()).toMatchObject({ kind: 'kommo_failed', error: { message: 'Kommo is down.' } });
  });

  it('because the start was given up, no stored catalog takes its place', async () => {
    stored = { catalog: OLD, configuration: 'another' };
    await expect(start({ signal: AbortSignal.abort(new Error('given up')) })).rejects.toThrow('given up');
  });
});

it('a catalog that lacks a name is stored, for whoever corrects the rules, but not for this configuration', async () => {
  resolve = unknownName;
  expect(await start()).toMatchObject({ kind: 'rules_failed' });
  expect(stored).toEqual({ catalog: NEW, configuration: undefined });
});
