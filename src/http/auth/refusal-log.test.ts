import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { openTestDatabase } from '../../../test/support/databases.ts';
import type { Database } from '../../store/database/database.ts';
import type { Actor } from '../../store/users/actor.ts';
import { listAudit } from '../../store/users/audit.ts';
import { RefusalLog } from './refusal-log.ts';

let database: Database;
let time: number;
let log: RefusalLog;
let errors: unknown[];
beforeAll(async () => {
  database = await openTestDatabase('embedded');
});
afterAll(() => database?.close());
beforeEach(async () => {
  await database.db.deleteFrom('audit').execute();
  time = 1_800_000_000_000;
  errors = [];
  log = new RefusalLog({
    db: async () => database.db,
    now: () => time,
    onError: (error) => errors.push(error),
  });
});

const stranger = (address: string): Actor => ({ kind: 'nobody', id: null, name: 'nobody', address });
const entries = async () => {
  await log.flush();
  return (await listAudit(database.db, Number.MAX_SAFE_INTEGER, 2_000)).reverse();
};

it('makes one entry of the refusals of a source in a minute, with their number and the first request', async () => {
  for (let n = 0; n < 1_000; n += 1) log.record('token_refused', stranger('203.0.113.7'), `GET /api/${n}`);
  expect(await entries()).toMatchObject([
    { what: 'token_refused', kind: 'nobody', address: '203.0.113.7', count: 1_000, detail: 'GET /api/0' },
  ]);
});

it('begins another entry in the next minute, and keeps the number of the one before', async () => {
  const record = () => log.record('request_refused', stranger('203.0.113.7'), 'x');
  record();
  record();
  time += 60_000;
  record();
  expect((await entries()).map(({ count }) => count)).toEqual([2, 1]);
});

it('tells users, tokens, networks and kinds of refusals apart', async () => {
  const user: Actor = { kind: 'user', id: 1, name: 'Ann', address: '203.0.113.7' };
  log.record('request_refused', user, 'x');
  log.record('request_refused', { ...user, kind: 'token' }, 'x');
  log.record('request_refused', stranger('198.51.100.1'), 'x');
  log.record('sign_in_delayed', user, 'x');
  expect(await entries()).toHaveLength(4);
});

it('makes few entries of any number of sources', async () => {
  for (let n = 0; n < 3_000; n += 1)
    log.record('token_refused', stranger(`10.${n >> 8}.${n & 255}.1`), 'GET /api/now');
  const all = await entries();
  expect(all).toHaveLength(501);
  expect(all.at(-1)).toMatchObject({ count: 2_500, address: null, detail: 'many addresses at once' });
});

it('reports an error of the database instead of throwing it', async () => {
  log = new RefusalLog({
    db: async () => Promise.reject(new Error('down')),
    now: () => time,
    onError: (error) => errors.push(error),
  });
  log.record('token_refused', stranger('203.0.113.7'), 'x');
  log.record('token_refused', stranger('203.0.113.7'), 'x');
  await log.flush();
  expect(errors).toMatchObject([{ message: 'down' }]);
});
