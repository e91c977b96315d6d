import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionConfig } from '../config/index.ts';
import type { TrackClient } from '../customerio/index.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import type { Db } from '../store/database/database.ts';
import { cioIdOf } from '../store/events/events.ts';

export interface PersonLinkOptions {
  connection: Pick<ConnectionConfig, 'name' | 'customerio'>;
  db(): Promise<Db>;
  /** Null where the connection is not run here. */
  track(): Pick<TrackClient, 'region'> | null;
  now(): number;
}

/** A workspace keeps its number. */
const WORKSPACE_MS = 24 * 3_600_000;
/** A page must not wait for, or fail with, what it only links to. */
const PATIENCE_MS = 1_500;

/** Customer.io's own pages by region. Seen in use (2026); the documentation names them nowhere. */
const PAGES = { us: 'https://fly.customer.io', eu: 'https://eu.fly.customer.io' };

/**
 * The address of a person's page in Customer.io: of the workspace's number, which the Track API tells, and of Customer.io's
 * number of the person (`cio_id`), which reports bring. Null before the first report, and between simulators.
 */
export function createPersonLinks({ connection, db, track, now }: PersonLinkOptions) {
  const { name, customerio } = connection;
  const workspace = memoizeFor(WORKSPACE_MS, now, async () => {
    const client = track();
    if (!client) throw new Error('The connection is not run here.');
    return (await client.region()).environmentId;
  });

  return async (person: string): Promise<string | null> => {
    if (customerio.trackUrl) return null;
    const cioId = await cioIdOf(await db(), name, person);
    if (cioId === null) return null;
    const none = sleep(PATIENCE_MS, null, { ref: false });
    const number = await Promise.race([workspace().catch(() => null), none]);
    if (number === null) return null;
    return `${PAGES[customerio.region]}/workspaces/${number}/journeys/people/${encodeURIComponent(cioId)}`;
  };
}
