import { HttpError } from '../http-error.ts';
import type { ConsoleConnection } from './services.ts';

/** @throws HttpError 404 where there is no connection of this name. */
export function findConnection(connections: ConsoleConnection[], name: string): ConsoleConnection {
  const connection = connections.find((candidate) => candidate.name === name);
  if (connection) return connection;
  const names = connections.map((candidate) => candidate.name).join(', ');
  throw new HttpError(404, `There is no connection of this name. There are: ${names}.`);
}

/** The URL of a deal's page in Kommo. @param kommoUrl the account's URL, without a slash at its end */
export function dealUrl(kommoUrl: string, dealId: number): string {
  return `${kommoUrl}/leads/detail/${dealId}`;
}
