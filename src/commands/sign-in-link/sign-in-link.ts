import { newSetupLink } from '../../http/auth/setup-link.ts';
import type { Db } from '../../store/database/database.ts';
import { type LockContent, lockHolder } from '../../store/database/embedded/data-lock.ts';
import { addAudit } from '../../store/users/audit.ts';
import { addUser, hasUsers, listUsers, type User, userNamed } from '../../store/users/users.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { CommandError } from '../terminal/exit.ts';

export interface SignInLinkOptions {
  data: string;
}

/** Prints a one-time link with which somebody sets a new password. Without any user, it creates the first admin. */
export async function signInLink(name: string, { data }: SignInLinkOptions): Promise<void> {
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(data) : null;
  const path = server
    ? await linkFromServer(server, name)
    : await withDatabase({ dataDir: data, url }, ({ db }) => createLink(db, name, Date.now()));
  console.log(`Once, for ${name}: ${server?.url ?? 'https://YOUR-HOST'}${path}`);
}

async function linkFromServer(server: LockContent, name: string): Promise<string> {
  const api = new ApiClient(server);
  const { users } = await api.call('users');
  const user = users.find((each) => each.name.toLowerCase() === name.trim().toLowerCase());
  if (!user && users.length > 0) throw unknownName(users);
  const { link } = user
    ? await api.call('linkForUser', { params: { id: user.id } })
    : await api.call('addUser', { body: { name, role: 'admin' } });
  return link;
}

/** @returns the path of the link. @throws CommandError where there are users, but none of this name */
export async function createLink(db: Db, name: string, now: number): Promise<string> {
  const user = (await userNamed(db, name)) ?? (await createFirstAdmin(db, name, now));
  const entry = { at: now, who: 'the commands', what: 'link_made', address: null };
  await addAudit(db, { ...entry, detail: `for ${user.name}` });
  return newSetupLink(db, user.id, now);
}

async function createFirstAdmin(db: Db, name: string, now: number): Promise<User> {
  if (await hasUsers(db)) throw unknownName(await listUsers(db));
  const admin = await addUser(db, { name, role: 'admin' }, now);
  // Null where somebody was faster: on PostgreSQL, another process can create the same user at the same moment.
  const user = admin ?? (await userNamed(db, name));
  if (user) return user;
  throw new CommandError(`The user ${name} could not be created. Try again.`);
}

function unknownName(users: Pick<User, 'name'>[]): CommandError {
  return new CommandError(
    `There is no user of this name. There are: ${users.map(({ name }) => name).join(', ')}.`,
  );
}
