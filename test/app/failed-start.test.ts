import { pino } from 'pino';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AppOptions, startApp } from '../../src/app.ts';
import { lockData } from '../../src/store/database/embedded/data-lock.ts';
import { removeStore, type Store, storeOf } from '../support/databases.ts';
import { exampleConfig } from '../support/example-config.ts';

let store: Store;
beforeEach(async () => {
  store = await storeOf('embedded');
});
afterEach(() => removeStore(store));

function options(part: Partial<AppOptions>): AppOptions {
  return {
    config: exampleConfig(),
    ...store,
    host: '127.0.0.1',
    port: 0,
    log: pino({ level: 'silent' }),
    ...part,
  };
}

it('a database that refuses before the server listens is an error of the start, and not of the process', async () => {
  const unhandled: unknown[] = [];
  const note = (error: unknown) => unhandled.push(error);
  process.on('unhandledRejection', note);
  const refused = { databaseUrl: 'postgres://a:b@127.0.0.1:1/c', host: 'localhost' };
  await expect(startApp(options(refused))).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  process.off('unhandledRejection', note);
  expect(unhandled).toEqual([]);
});

it('a server that cannot be built leaves the data folder to the next start', async () => {
  const extraRoutes = () => {
    throw new Error('no such route');
  };
  await expect(startApp(options({ extraRoutes }))).rejects.toThrow('no such route');
  lockData(store.dataDir!, 'token').release();
});
