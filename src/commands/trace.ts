import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { lockData, lockHolder } from '../store/data-lock.ts';
import { openDatabase } from '../store/database.ts';
import { type Trace, trace } from '../store/queries/trace.ts';
import { CommandError, EXIT } from './exit.ts';
import { checkDatabaseUrl, readConfig } from './options.ts';
import { renderTrace } from './trace-text.ts';

export interface TraceOptions {
  config: string;
  data: string;
  connection?: string;
  json?: boolean;
}

/** What happened to a deal or a person and why, or why nothing did. */
export async function traceCommand(given: string, options: TraceOptions): Promise<void> {
  const query = subjectOf(given);
  const { config } = readConfig(options.config);
  const names = config.connections.map((connection) => connection.name);
  if (options.connection && !names.includes(options.connection)) {
    throw new CommandError(`There is no connection "${options.connection}". There are: ${names.join(', ')}.`);
  }
  const traces = await read(query, options, options.connection ? [options.connection] : names);
  if (options.json) console.log(JSON.stringify(traces, null, 2));
  else console.log(traces.map((found) => renderTrace(query, found)).join('\n\n'));
  if (traces.every((found) => found.events.length === 0)) process.exitCode = 1;
}

/** A deal's number, also out of its address in Kommo, or an email. @throws CommandError */
function subjectOf(given: string): string {
  const deal = /^#?(\d{1,15})$/.exec(given.trim()) ?? /\/leads\/detail\/(\d{1,15})/.exec(given);
  if (deal) return deal[1]!;
  if (given.includes('@')) return given.trim();
  throw new CommandError(`"${given}" is neither a deal's number nor an email address.`, EXIT.usage);
}

/** From the running server where there is one, else from the database itself. */
async function read(query: string, options: TraceOptions, names: string[]): Promise<Trace[]> {
  checkDatabaseUrl(process.env.DATABASE_URL);
  if (process.env.DATABASE_URL)
    return readDatabase(query, names, { dataDir: null, databaseUrl: process.env.DATABASE_URL });
  const holder = lockHolder(options.data);
  if (!holder) return readFolder(query, names, options.data);
  if (!holder.url) throw new CommandError('Stagepost is just starting. Try again in a moment.');
  const address = new URL('/api/trace', holder.url);
  address.searchParams.set('q', query);
  if (options.connection) address.searchParams.set('connection', options.connection);
  const answer = await fetch(address, { headers: { authorization: `Bearer ${holder.token}` } });
  if (!answer.ok) throw new CommandError(`The running Stagepost at ${holder.url} answered ${answer.status}.`);
  return (await answer.json()) as Trace[];
}

/** The folder's database, while nobody else has it. Never makes one. */
async function readFolder(query: string, names: string[], dataDir: string): Promise<Trace[]> {
  if (!existsSync(join(dataDir, 'db'))) {
    throw new CommandError(
      `There is no database in ${dataDir}. Does Stagepost run with another --data folder?`,
    );
  }
  const lock = lockOrSay(dataDir);
  try {
    return await readDatabase(query, names, { dataDir, databaseUrl: undefined });
  } finally {
    lock.release();
  }
}

function lockOrSay(dataDir: string) {
  try {
    return lockData(dataDir, randomUUID());
  } catch (error) {
    throw new CommandError((error as Error).message);
  }
}

async function readDatabase(
  query: string,
  names: string[],
  store: { dataDir: string | null; databaseUrl: string | undefined },
): Promise<Trace[]> {
  const database = await openDatabase({ ...store, onError: () => {} });
  try {
    return await Promise.all(names.map((name) => trace(database.db, name, query)));
  } finally {
    await database.close();
  }
}
