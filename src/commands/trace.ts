import { lockHolder } from '../store/data-lock.ts';
import { openDatabase } from '../store/database.ts';
import { type Trace, trace } from '../store/queries/trace.ts';
import { CommandError } from './exit.ts';
import { readConfig } from './options.ts';
import { renderTrace } from './trace-text.ts';

export interface TraceOptions {
  config: string;
  data: string;
  connection?: string;
  json?: boolean;
}

/** What happened to a deal or a person and why, or why nothing did. */
export async function traceCommand(query: string, options: TraceOptions): Promise<void> {
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

/** From the running server where there is one, else from the database itself. */
async function read(query: string, options: TraceOptions, names: string[]): Promise<Trace[]> {
  if (process.env.DATABASE_URL)
    return readDatabase(query, names, { dataDir: null, databaseUrl: process.env.DATABASE_URL });
  const holder = lockHolder(options.data);
  if (!holder) return readDatabase(query, names, { dataDir: options.data, databaseUrl: undefined });
  if (!holder.url) throw new CommandError('Stagepost is just starting. Try again in a moment.');
  const address = new URL('/api/trace', holder.url);
  address.searchParams.set('q', query);
  if (options.connection) address.searchParams.set('connection', options.connection);
  const answer = await fetch(address, { headers: { authorization: `Bearer ${holder.token}` } });
  if (!answer.ok) throw new CommandError(`The running Stagepost at ${holder.url} answered ${answer.status}.`);
  return (await answer.json()) as Trace[];
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
