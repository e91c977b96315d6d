import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type ConsoleClient, consoleClient, firstAdmin, PASSWORD } from '../support/console-client.ts';
import { eventually } from '../support/eventually.ts';
import { startWorld, type World } from '../support/world.ts';

/*
 * What outlives whom: one-time links and tokens end with the access that they were made for.
 */

const DAY_MS = 86_400_000;

let world: World;
let admin: ConsoleClient;
beforeAll(async () => {
  world = await startWorld({ database: 'postgres' });
});
afterAll(() => world?.close());
beforeEach(async () => {
  for (const table of ['setup_links', 'users', 'tokens'])
    await sql`delete from ${sql.table(table)}`.execute(world.app.database.db);
  admin = await firstAdmin(world.app);
});

const secretOf = (link: string) => link.split('#')[1]!;
const use = (link: string, part: object = {}, client = consoleClient(world.app.url)) =>
  client.ask('POST', '/api/setup', { link: secretOf(link), password: PASSWORD, ...part });

/** A user who was invited and has chosen a password. */
async function newUser(name: string, role: string, part: object = {}) {
  const { user, link } = (await admin.ask('POST', '/api/users', { name, role, ...part })).body;
  const client = consoleClient(world.app.url);
  await use(link, {}, client);
  return { id: user.id as number, client };
}
const newLink = async (id: number) => (await admin.ask('POST', `/api/users/${id}/link`)).body.link as string;
const auditTexts = async () =>
  (await admin.get('/api/audit')).body.entries.map(
    ({ kind, who, what, detail }: Record<string, string>) => `${kind} ${who}: ${what} ${detail}`,
  );

describe('a one-time link', () => {
  it('ends when the role changes: a viewer’s invitation makes no admin', async () => {
    const { user, link } = (await admin.ask('POST', '/api/users', { name: 'carol', role: 'viewer' })).body;
    await admin.ask('PATCH', `/api/users/${user.id}`, { role: 'admin' });
    expect((await use(link)).status).toBe(403);
    expect(await auditTexts()).toContainEqual(
      expect.stringMatching(/^user Ann: link_ended for carol: the role/),
    );
  });

  it('ends when the connections change', async () => {
    const body = { name: 'carol', role: 'viewer', connections: [] };
    const { user, link } = (await admin.ask('POST', '/api/users', body)).body;
    await admin.ask('PATCH', `/api/users/${user.id}`, { connections: null });
    expect((await use(link)).status).toBe(403);
  });

  it('gives no more than the role of the day it was made, whoever changes the role since', async () => {
    const { user, link } = (await admin.ask('POST', '/api/users', { name: 'carol', role: 'viewer' })).body;
    await world.app.database.db
      .updateTable('users')
      .set({ role: 'admin' })
      .where('id', '=', user.id)
      .execute();
    expect((await use(link)).status).toBe(403);
  });

  it('ends when its user signs in with a password', async () => {
    const { id } = await newUser('dave', 'editor');
    const link = await newLink(id);
    await consoleClient(world.app.url).ask('POST', '/api/session', { name: 'dave', password: PASSWORD });
    expect((await use(link, { password: 'taken over by somebody' })).status).toBe(403);
    expect(await auditTexts()).toContainEqual(
      expect.stringMatching(/^user dave: link_ended for dave: its user/),
    );
  });

  it('for a new password works for a day, an invitation for a week', async () => {
    const { id } = await newUser('dave', 'editor');
    const { user } = (await admin.ask('POST', `/api/users/${id}/link`)).body;
    const invited = (await admin.ask('POST', '/api/users', { name: 'eve', role: 'viewer' })).body.user;
    const days = ({ link }: { link: { expiresAt: number } }) =>
      Math.round((link.expiresAt - Date.now()) / DAY_MS);
    expect([days(user), days(invited)]).toEqual([1, 7]);
  });

  it('is shown while it is open, and can be taken back', async () => {
    const { user, link } = (await admin.ask('POST', '/api/users', { name: 'carol', role: 'viewer' })).body;
    const shown = async () =>
      (await admin.get('/api/users')).body.users.find(({ id }: { id: number }) => id === user.id).link;
    expect(await shown()).toEqual({ expiresAt: expect.any(Number) });
    expect((await admin.ask('DELETE', `/api/users/${user.id}/link`)).status).toBe(200);
    expect(await shown()).toBeNull();
    expect((await use(link)).status).toBe(403);
    expect(await auditTexts()).toContain('user Ann: link_ended for carol: taken back');
  });

  it('for the first admin makes one admin, however many are used at once', async () => {
    const { db } = world.app.database;
    await sql`delete from users`.execute(db);
    const links = [(await world.app.setupLink())!];
    // Two processes that start at the same moment: both links are there.
    const [row] = await db.selectFrom('setup_links').selectAll().execute();
    const second = (await world.app.setupLink())!;
    await db.insertInto('setup_links').values(row!).execute();
    links.push(second);
    for (let round = 0; round < 3; round += 1) {
      const answers = await Promise.all(
        [...links, ...links].map((link, index) => use(link, { name: `Ann ${index}` })),
      );
      const statuses = answers.map(({ status }) => status).filter((status) => status !== 403);
      expect(statuses).toEqual(round === 0 ? [200] : []);
    }
    expect(await db.selectFrom('users').selectAll().execute()).toHaveLength(1);
  });
});

describe('a token', () => {
  async function newToken(client: ConsoleClient, part: object = {}) {
    const { token, secret } = (
      await client.ask('POST', '/api/tokens', { name: 'script', role: 'admin', ...part })
    ).body;
    return { id: token.id as number, script: consoleClient(world.app.url, `Bearer ${secret}`) };
  }

  it('ends with the user who made it', async () => {
    const { id, client } = await newUser('carol', 'admin');
    const { script } = await newToken(client);
    expect((await script.get('/api/users')).status).toBe(200);
    await admin.ask('DELETE', `/api/users/${id}`);
    expect((await script.get('/api/users')).status).toBe(401);
    expect(await auditTexts()).toContain('user Ann: user_removed carol, with the token script');
  });

  it('may do no more than its maker may now', async () => {
    const { id, client } = await newUser('carol', 'admin');
    const { script } = await newToken(client);
    await admin.ask('PATCH', `/api/users/${id}`, { role: 'viewer' });
    expect((await script.get('/api/users')).status).toBe(403);
    expect((await script.get('/api/now')).body.connections).toHaveLength(1);
    expect((await admin.get('/api/tokens')).body.tokens).toMatchObject([{ role: 'viewer' }]);
    await admin.ask('PATCH', `/api/users/${id}`, { connections: [] });
    expect((await script.get('/api/now')).body.connections).toEqual([]);
  });

  it('ends after a year unless another time is chosen', async () => {
    await newToken(admin);
    await newToken(admin, { expiresInDays: 7 });
    await newToken(admin, { expiresInDays: null });
    const { tokens } = (await admin.get('/api/tokens')).body;
    const days = tokens.map(({ expiresAt }: { expiresAt: number | null }) =>
      expiresAt === null ? null : Math.round((expiresAt - Date.now()) / DAY_MS),
    );
    expect(days).toEqual([365, 7, null]);
  });

  it('that has expired proves nobody', async () => {
    const { script } = await newToken(admin);
    expect((await script.get('/api/now')).status).toBe(200);
    await world.app.database.db
      .updateTable('tokens')
      .set({ expires_at: Date.now() - 1 })
      .execute();
    expect((await script.get('/api/now')).status).toBe(401);
  });

  it('makes users and tokens only where it was made for that, and then its tokens end with the same user', async () => {
    const { id, client } = await newUser('carol', 'admin');
    const { script } = await newToken(client);
    const body = { name: 'other', role: 'viewer' };
    expect((await script.ask('POST', '/api/tokens', body)).status).toBe(403);
    expect((await script.ask('POST', '/api/users', body)).status).toBe(403);
    const { script: manager } = await newToken(client, { managesPeople: true });
    const { script: child } = await newToken(manager, { name: 'child' });
    expect((await child.get('/api/now')).status).toBe(200);
    await admin.ask('DELETE', `/api/users/${id}`);
    expect((await child.get('/api/now')).status).toBe(401);
  });

  it('from before makers were stored works as it did, but changes no users', async () => {
    const { script } = await newToken(admin);
    const before = { user_id: null, expires_at: null, created_by: 'somebody who left' };
    await world.app.database.db.updateTable('tokens').set(before).execute();
    expect((await script.get('/api/users')).status).toBe(200);
    expect((await admin.get('/api/tokens')).body.tokens).toMatchObject([{ maker: 'unknown' }]);
  });
});

describe('the audit log', () => {
  it.each(['the commands', 'token t-admin', 'nobody', 'an\u200Bn', 'ann\u0007\n| admin', 'аnn', 'ANN'])(
    'cannot be lied to by a user called %j',
    async (name) => {
      const { status } = await admin.ask('POST', '/api/users', { name, role: 'viewer' });
      expect([400, 409]).toContain(status);
    },
  );

  it('shows odd names of before escaped, and by their kind', async () => {
    const { id, client } = await newUser('carol', 'admin');
    const { db } = world.app.database;
    await db.updateTable('users').set({ name: 'the comm\u200Bands' }).where('id', '=', id).execute();
    await client.ask('POST', '/api/tokens', { name: 'x', role: 'viewer' });
    const [entry] = (await admin.get('/api/audit')).body.entries;
    expect(entry).toMatchObject({ kind: 'user', actorId: id, who: 'the user "the comm\\u{200b}ands"' });
  });

  it('has sign-outs and refused requests, with who and how often', async () => {
    const { client, id } = await newUser('vic', 'viewer');
    for (let n = 0; n < 3; n += 1) await client.get('/api/users');
    const stranger = consoleClient(world.app.url, 'Bearer sp_wrong');
    await stranger.get('/api/now');
    await client.ask('DELETE', '/api/session');
    const entries = (await admin.get('/api/audit')).body.entries;
    const of = (what: string) => entries.find((entry: { what: string }) => entry.what === what);
    expect(of('sign_out')).toMatchObject({ kind: 'user', actorId: id, who: 'vic' });
    expect(of('request_refused')).toMatchObject({ kind: 'user', actorId: id, detail: 'GET /api/users' });
    expect(of('token_refused')).toMatchObject({ kind: 'nobody', actorId: null });
    await eventually(async () => {
      const found = (await admin.get('/api/audit')).body.entries;
      expect(found.find(({ what }: { what: string }) => what === 'request_refused').count).toBe(3);
    });
  });
});
