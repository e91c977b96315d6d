import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { ConnectionConfig } from '../config/index.ts';
import { once } from '../lib/once.ts';
import type { Keyring } from '../secrets/keyring.ts';
import {
  type StoredConnection,
  stateOfStoredConnections,
  storedConnections,
} from '../store/connections/stored-connections.ts';
import type { Db } from '../store/database/database.ts';
import type { ConnectionSet } from './connection-set.ts';
import { readStored } from './read-stored.ts';
import type { UnreadableConnection } from './unreadable.ts';

export interface StoredConnectionsOptions {
  db: Db;
  /** Opened for each reading that finds a change, so that a key that was rotated is seen. @throws KeyUnusable */
  keyring(): Keyring;
  connections: ConnectionSet;
  clock: Clock;
  log: Logger;
}

/** How often the database is asked for changes, ms: a notification can get lost. */
const EVERY_MS = 5_000;

/** Keeps the connections of this process as the database has them. Those of the configuration file stay as they are. */
export class StoredConnections {
  readonly #options: StoredConnectionsOptions;
  readonly #fromFile: ReadonlySet<string>;
  /** The change that was last applied, by name. */
  readonly #applied = new Map<string, number>();
  /** Why a connection, or its last change, cannot be used, by name. It is tried again: its key may come later. */
  readonly #unreadable = new Map<
    string,
    Pick<UnreadableConnection, 'reason' | 'todo'> & { change: number }
  >();
  #state: string | null = null;
  #timer: unknown = null;
  #isStopped = false;
  /** Readings run one after the other. */
  #readings: Promise<void> = Promise.resolve();

  constructor(options: StoredConnectionsOptions) {
    this.#options = options;
    this.#fromFile = new Set(options.connections.names);
  }

  /** Resolves when the stored connections are there. @throws the database's error */
  async start(): Promise<void> {
    await this.#readChanges();
    this.#timer = this.#options.clock.setInterval(() => void this.refresh(), EVERY_MS);
  }

  /** To be called when connections were changed, by whichever process. Resolves when the changes are effective. */
  refresh(): Promise<void> {
    this.#readings = this.#readings
      .then(() => this.#readChanges())
      .catch((error) => this.#options.log.error({ err: error }, 'the stored connections could not be read'));
    return this.#readings;
  }

  /** Whether the database has a connection of this name that cannot be used: its key is missing, or it is not valid. */
  isUnreadable(name: string): boolean {
    return this.#unreadable.has(name) && this.#options.connections.get(name) === undefined;
  }

  /** The connections of the database that cannot be used, or whose last change cannot, by the last reading. */
  unreadable(): UnreadableConnection[] {
    return [...this.#unreadable].map(([connection, { reason, todo }]) => ({
      ...{ connection, reason, todo },
      runsAsBefore: this.#options.connections.get(connection) !== undefined,
    }));
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    if (this.#timer) this.#options.clock.clearInterval(this.#timer);
    await this.#readings;
  }

  async #readChanges(): Promise<void> {
    const { db } = this.#options;
    if (this.#isStopped) return;
    const state = await stateOfStoredConnections(db);
    if (state === this.#state) return;
    const rows = await storedConnections(db);
    const existing = new Set(rows.map(({ connection }) => connection));
    for (const name of [...this.#applied.keys(), ...this.#unreadable.keys()])
      if (!existing.has(name)) await this.#remove(name);
    const keyring = once(() => this.#options.keyring());
    for (const row of rows)
      if (this.#applied.get(row.connection) !== row.change) await this.#replace(row, keyring);
    this.#state = this.#unreadable.size === 0 ? state : null;
  }

  async #remove(name: string): Promise<void> {
    this.#applied.delete(name);
    this.#unreadable.delete(name);
    if (this.#fromFile.has(name)) return;
    await this.#options.connections.remove(name);
  }

  async #replace(row: StoredConnection, keyring: () => Keyring): Promise<void> {
    const { connections, log } = this.#options;
    const { connection } = row;
    if (this.#fromFile.has(connection)) {
      log.warn(
        { connection },
        'the connection of the configuration file is used, and not the one of the same name in the database',
      );
    } else {
      const config = this.#configOf(row, keyring);
      // What cannot be read now goes on as it was.
      if (config === null) return;
      if (connections.get(connection)) await connections.replace(config);
      else connections.add(config);
    }
    this.#applied.set(connection, row.change);
  }

  #configOf(row: StoredConnection, keyring: () => Keyring): ConnectionConfig | null {
    const read = readStored(row, keyring);
    if (read.ok) {
      this.#unreadable.delete(row.connection);
      return read.config;
    }
    const fields = read.error === null ? { problems: read.problems } : { err: read.error };
    this.#noteUnreadable(row, read.cause, fields);
    return null;
  }

  /** Logs each reason once: the connection is tried again every few seconds. */
  #noteUnreadable(
    { connection, change }: StoredConnection,
    cause: Pick<UnreadableConnection, 'reason' | 'todo'>,
    fields: object,
  ): void {
    const before = this.#unreadable.get(connection);
    if (before?.change === change && before.reason === cause.reason) return;
    this.#unreadable.set(connection, { ...cause, change });
    const consequence = this.#options.connections.get(connection) ? 'runs as it was' : 'does not run';
    this.#options.log.error(
      { connection, ...fields },
      `a stored connection cannot be read, and ${consequence}`,
    );
  }
}
