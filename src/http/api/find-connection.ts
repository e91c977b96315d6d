import { HttpError } from '../http-error.ts';
import type { ConnectionScope } from './connection-scope.ts';
import type { ApiServices, ConsoleConnection } from './services.ts';

/** @throws HttpError 404 where there is no connection of this name in the scope. */
export function findConnection(
  connections: ApiServices['connections'],
  name: string,
  scope: ConnectionScope,
): ConsoleConnection {
  scope.select(name);
  const connection = connections.get(name);
  if (!connection) throw new HttpError(404, 'There is no connection of this name.');
  return connection;
}

/** The connections of the scope, or the named one. @throws HttpError 404 */
export function selectConnections(
  connections: ApiServices['connections'],
  name: string | undefined,
  scope: ConnectionScope,
): ConsoleConnection[] {
  return scope.select(name).flatMap((selected) => connections.get(selected) ?? []);
}

/** The URL of a deal's page in Kommo. @param kommoUrl the account's URL, without a slash at its end */
export function dealUrl(kommoUrl: string, dealId: number): string {
  return `${kommoUrl}/leads/detail/${dealId}`;
}
