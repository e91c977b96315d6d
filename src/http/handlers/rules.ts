import type { ConsoleConnection, ConsoleOptions } from '../console.ts';
import { type Handlers, Refusal } from '../routes.ts';

export function ruleHandlers({ connections }: ConsoleOptions): Pick<Handlers, 'rules'> {
  return { rules: async ({ query }) => connectionNamed(connections, query.connection).rules() };
}

/** @throws Refusal 404 */
export function connectionNamed(connections: ConsoleConnection[], name: string): ConsoleConnection {
  const connection = connections.find((candidate) => candidate.name === name);
  if (connection) return connection;
  const names = connections.map((candidate) => candidate.name).join(', ');
  throw new Refusal(404, `There is no such connection. There are: ${names}.`);
}
