import { newSetupLink } from '../../http/auth/setup-link.ts';
import { nameProblem, normalizedName } from '../../lib/display-names.ts';
import type { Db } from '../../store/database/database.ts';
import { type LockContent, lockHolder } from '../../store/database/embedded/data-lock.ts';
import { accessToAll } from '../../store/users/access.ts';
import { COMMANDS } from '../../store/users/actor.ts';
import { addUser, hasUsers, listUsers, type User, userNamed } from '../../store/users/users.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { CommandError, EXIT } from '../terminal/exit.ts';
import { linkLines } from '../terminal/links.ts';
import { print } from '../terminal/output.ts';

export interface SignInLinkOptions {
  data: string;
  publicUrl?: string;
}

/** Prints a one-time link with which somebody sets a new password. Without any user, it creates the first admin. */
export async function signInLink(name: string, { data, publicUrl }: SignInLinkOptions): Promise<void> {
  const url = databaseUrl();
  const server = url === undefined ? lockHolder(data) : null;
  const path = server
    ? await linkFromServer(server, name)
    : await withDatabase({ dataDir: data, url }, ({ db }) => createLink(db, name, Date.now()));
  print(
    linkLines(`Once, for ${name}: `, path, { publicUrl: publicUrl ?? null, localUrl: server?.url ?? null }),
  );
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

/**
 * Makes a link for a user. While there is no user at all, the name becomes the first admin.
 * @returns the path of the link. @throws CommandError where there is no user of this name, or nobody may have such a one
 */
export async function createLink(db: Db, name: string, at: number): Promise<string> {
  const by = { actor: COMMANDS, at };
  if (!(await hasUsers(db))) {
    const problem = nameProblem(normalizedName(name));
    if (problem !== null) throw new CommandError(`The name ${problem}.`, EXIT.usage);
    // On PostgreSQL another process may do the same at this moment: the user is read after the attempt to add it.
    await addUser(db, { name, access: accessToAll('admin') }, by);
  }
  const user = await userNamed(db, name);
  if (!user) throw unknownName(await listUsers(db));
  return newSetupLink(db, user, by);
}

function unknownName(users: Pick<User, 'name'>[]): CommandError {
  return new CommandError(
    `There is no user of this name. There are: ${users.map(({ name }) => name).join(', ')}.`,
  );
}
