import { closeClients } from '../../clients/clients.ts';
import type { ConnectionConfig } from '../../config/index.ts';
import { readConfig } from '../data/config-file.ts';
import { openShortTimeoutClients } from '../doctor/clients.ts';
import { plural } from '../terminal/format.ts';

/**
 * How many stage changes Kommo's events log has since a time, a sentence for each connection: those are what a restored
 * database compares. A plan is of use also where the configuration or Kommo cannot be read.
 * @param since ms
 */
export async function stageChangesSince(configFile: string, since: number): Promise<string[]> {
  let connections: ConnectionConfig[];
  try {
    ({ connections } = readConfig(configFile).config);
  } catch {
    return ['The configuration cannot be read, so Kommo was not asked for the stage changes since then.'];
  }
  const lines: string[] = [];
  for (const connection of connections) lines.push(await ofConnection(connection, Math.floor(since / 1000)));
  return lines;
}

async function ofConnection(connection: ConnectionConfig, from: number): Promise<string> {
  const clients = openShortTimeoutClients(connection);
  const { name } = connection;
  const log = connection.customerio.appKey
    ? ''
    : ' There is no App API key, so Customer.io’s log cannot be read.';
  try {
    const moves = await clients.kommo.dealMoves({ from });
    return `Since then Kommo has ${plural(moves.length, 'stage change')} in ${name}.${log}`;
  } catch (error) {
    return `Kommo could not be asked for the stage changes of ${name} since then: ${(error as Error).message}`;
  } finally {
    await closeClients(clients);
  }
}
