import { DeliveryError } from '../../domain/errors.ts';
import type { CallOptions, LogEntries, RecordChange, RecordChangesQuery } from '../../kommo/index.ts';
import type { Connection } from '../connection.ts';
import { watchedValues } from './watched-values.ts';

type LogConnection = Pick<Connection, 'kommo' | 'catalog' | 'rules' | 'pollEveryMs'>;
type Range = Pick<RecordChangesQuery, 'from' | 'to'>;

/**
 * Reads a part of Kommo's events log: with one list where it is polled, and changes of the values that the rules use among it; with
 * three where webhooks report changes. If the account
 * refuses the one list, because it does not know a type, the three are read in its place.
 * @throws DeliveryError where the moves cannot be read
 */
export async function readLog(
  connection: LogConnection,
  range: Range,
  options: CallOptions,
): Promise<LogEntries> {
  if (!connection.pollEveryMs) return readLists(connection, range, options);
  try {
    const watched = watchedValues(connection.rules, connection.catalog);
    const emailFieldIds = emailFieldsOf(connection);
    return await connection.kommo.logEntries({ ...range, emailFieldIds, watched }, options);
  } catch (error) {
    if (isTransient(error)) throw error;
    return readLists(connection, range, options);
  }
}

async function readLists(connection: LogConnection, range: Range, options: CallOptions): Promise<LogEntries> {
  const { kommo } = connection;
  const moves = await kommo.dealMoves(range, options);
  const creations = await kommo.dealCreations(range, options);
  const records = await readRecordChanges(connection, range, options);
  return { moves, creations, records };
}

/**
 * The changes of deals and contacts that leave links or addresses wrong where their webhook is lost. None where the token may not
 * read them or the account does not know one of the types: moves must be found all the same.
 * @throws DeliveryError where Kommo gave no answer
 */
async function readRecordChanges(
  connection: LogConnection,
  range: Range,
  options: CallOptions,
): Promise<RecordChange[]> {
  try {
    return await connection.kommo.recordChanges(
      { ...range, emailFieldIds: emailFieldsOf(connection) },
      options,
    );
  } catch (error) {
    if (isTransient(error)) throw error;
    return [];
  }
}

function emailFieldsOf({ catalog }: LogConnection): number[] {
  return catalog.contactFields.filter(({ code }) => code === 'EMAIL').map(({ id }) => id);
}

function isTransient(error: unknown): boolean {
  return !(error instanceof DeliveryError) || error.failure === 'retryable' || error.failure === 'throttled';
}
