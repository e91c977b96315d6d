import { HttpError } from '../http-error.ts';
import type { ConnectionScope } from './connection-scope.ts';
import type { ConsoleConnection } from './services.ts';

/** @throws HttpError 404 where there is no connection of this name in the scope. */
export function findConnection(
  connections: ConsoleConnection[],
  name: string,
  scope: ConnectionScope,
): ConsoleConnection {
  scope.select(name);
  const connection = connections.find((candidate) => candidate.name === name);
  if (!connection) throw new HttpError(404, 'There is no connection of this name.');
  return connection;
}

/** The connections of the scope, or the named one. @throws HttpError 404 */
export function selectConnections(
  connections: ConsoleConnection[],
  name: string | undefined,
  scope: ConnectionScope,
): ConsoleConnection[] {
  const names = scope.select(name);
  return connections.filter((connection) => names.includes(connection.name));
}

/** The URL of a deal's page in Kommo. @param kommoUrl the account's URL, without a slash at its end */
export function dealUrl(kommoUrl: string, dealId: number): string {
  return `${kommoUrl}/leads/detail/${dealId}`;
}
