import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import type { invited, User, users } from '../../http/api/contract.ts';
import { newSetupLink } from '../../http/auth/setup-link.ts';
import { type Db, openDatabase } from '../../store/database/database.ts';
import { type LockContent, lockData, lockHolder } from '../../store/database/embedded/data-lock.ts';
import { addAudit } from '../../store/users/audit.ts';
import { addUser, hasUsers, listUsers, userNamed } from '../../store/users/users.ts';
import { CommandError } from '../common/exit.ts';
import { checkDatabaseUrl } from '../common/options.ts';

export interface SignInLinkOptions {
  data: string;
}

/** Prints a one-time link with which somebody sets a new password: for an admin whom nobody else can help. */
export async function signInLink(name: string, { data }: SignInLinkOptions): Promise<void> {
  checkDatabaseUrl(process.env.DATABASE_URL);
  const holder = process.env.DATABASE_URL ? null : lockHolder(data);
  const link = holder ? await linkByServer(holder, name) : await linkInStore(data, name);
  console.log(`Once, for ${name}: ${holder?.url ?? 'https://YOUR-HOST'}${link}`);
}

async function linkByServer({ url, token }: LockContent, name: string): Promise<string> {
  if (!url) throw new CommandError('Stagepost is just starting. Try again in a moment.');
  async function ask<T>(method: string, path: string, body?: object): Promise<T> {
    const answer = await fetch(new URL(path, url!), {
      method,
      headers: { authorization: `Bearer ${token}`, ...(body ? { 'content-type': 'application/json' } : {}) },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const given = (await answer.json()) as T & { error?: string };
    if (!answer.ok)
      throw new CommandError(`The running Stagepost answered ${answer.status}. ${given.error ?? ''}`);
    return given;
  }
  const known = (await ask<z.output<typeof users>>('GET', '/api/users')).users;
  const user = known.find((each) => each.name.toLowerCase() === name.trim().toLowerCase());
  if (!user && known.length > 0) throw unknownName(known);
  const made = user
    ? await ask<z.output<typeof invited>>('POST', `/api/users/${user.id}/link`)
    : await ask<z.output<typeof invited>>('POST', '/api/users', { name, role: 'admin' });
  return made.link;
}

async function linkInStore(data: string, name: string): Promise<string> {
  const databaseUrl = process.env.DATABASE_URL || undefined;
  if (!databaseUrl && !existsSync(join(data, 'db')))
    throw new CommandError(`There is no database in ${data}. Does Stagepost run with another --data folder?`);
  const lock = databaseUrl ? null : lockData(data, 'sign-in-link');
  const database = await openDatabase({ dataDir: data, databaseUrl, onError: () => {} });
  try {
    return await makeLink(database.db, name);
  } finally {
    await database.close();
    lock?.release();
  }
}

async function makeLink(db: Db, name: string): Promise<string> {
  const now = Date.now();
  const known = await userNamed(db, name);
  if (!known && (await hasUsers(db))) throw unknownName(await listUsers(db));
  const user = known ?? (await addUser(db, { name, role: 'admin' }, now));
  const entry = { at: now, who: 'the commands', what: 'link_made', address: null };
  await addAudit(db, { ...entry, detail: `for ${user!.name}` });
  return newSetupLink(db, user!.id, now);
}

function unknownName(users: Pick<User, 'name'>[]): CommandError {
  return new CommandError(
    `There is no user of this name. There are: ${users.map(({ name }) => name).join(', ')}.`,
  );
}
