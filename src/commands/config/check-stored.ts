import { type ConfigProblem, loadRules } from '../../config/index.ts';
import { readStored } from '../../connections/read-stored.ts';
import { once } from '../../lib/once.ts';
import { KEY_VARIABLE, openKeyring } from '../../secrets/key-source.ts';
import type { Keyring } from '../../secrets/keyring.ts';
import { lockHolder } from '../../store/database/embedded/data-lock.ts';
import { ApiClient } from '../data/api-client.ts';
import { databaseUrl } from '../data/database.ts';
import { readStoredRows, type StoredRow } from './stored-rows.ts';

/** What was found about the connections of the database. */
export interface StoredCheck {
  /** Those that were checked, in the order in which they were added. */
  connections: { name: string; version: number | null }[];
  /** Their paths begin with the name of the connection: `beta.kommo.token`. */
  problems: ConfigProblem[];
  /** Why they were not checked, as a sentence; null where they were. */
  unchecked: string | null;
}

/** Checks the connections of the database that are not in the file. Never throws. @param inFile their names */
export async function checkStored(inFile: ReadonlySet<string>, dataDir: string): Promise<StoredCheck> {
  try {
    const url = databaseUrl();
    const server = url === undefined ? lockHolder(dataDir) : null;
    if (server) return await checkInServer(new ApiClient(server));
    const rows = await readStoredRows({ url, dataDir });
    const keyring = once(() => openKeyring({ variable: process.env[KEY_VARIABLE], dataDir }));
    return checkRows(
      rows.filter(({ connection }) => !inFile.has(connection)),
      keyring,
    );
  } catch (error) {
    const reason = error instanceof Error && error.message !== '' ? error.message : String(error);
    const unchecked = `The connections in the database were not checked: ${reason.replace(/\.$/, '')}.`;
    return { connections: [], problems: [], unchecked };
  }
}

/** The running server has the data folder open, and says what it cannot read. */
async function checkInServer(api: ApiClient): Promise<StoredCheck> {
  const { connections, unreadable } = await api.call('connections');
  const stored = connections.filter(({ source }) => source === 'console');
  return {
    connections: stored.map(({ connection: name }) => ({ name, version: null })),
    problems: unreadable.map(({ connection, reason, todo }) => problemOf(connection, reason, todo)),
    unchecked: null,
  };
}

function checkRows(rows: StoredRow[], keyring: () => Keyring): StoredCheck {
  const problems = rows.flatMap((row) => {
    const read = readStored(row, keyring);
    return [...(read.ok ? [] : read.problems), ...rulesProblems(row)];
  });
  const connections = rows.map(({ connection: name, version }) => ({ name, version }));
  return { connections, problems, unchecked: null };
}

/** Rules are checked before they are published. Those that are not valid now were published by another version. */
function rulesProblems({ connection, version, rules }: StoredRow): ConfigProblem[] {
  const loaded = loadRules(rules ?? '');
  if (loaded.ok) return [];
  return loaded.problems.map((problem) => ({
    ...problem,
    path: `${connection}, version ${version} of its rules, ${problem.path}`,
  }));
}

function problemOf(connection: string, reason: string, hint: string): ConfigProblem {
  return { path: connection, message: reason.replace(/\.$/, ''), hint, line: 0, column: 0 };
}
