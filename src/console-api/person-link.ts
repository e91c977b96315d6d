import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionConfig } from '../config/index.ts';
import { personPage, type TrackClient } from '../customerio/index.ts';
import { memoizeFor } from '../lib/memoize-for.ts';
import type { Db } from '../store/database/database.ts';
import { cioIdOf } from '../store/events/cio-id.ts';

export interface PersonLinkOptions {
  connection: Pick<ConnectionConfig, 'name' | 'customerio'>;
  db(): Promise<Db>;
  /** Null where another process runs the connection. */
  track(): Pick<TrackClient, 'region'> | null;
  now(): number;
}

/** How long the workspace's id is cached, ms. It never changes. */
const WORKSPACE_MS = 24 * 3_600_000;
/** The page is shown without the link if Customer.io takes longer, ms. */
const WAIT_MS = 1_500;

/**
 * Creates a function that returns the URL of a person's page in Customer.io. The URL contains the workspace's id, which the
 * Track API returns, and Customer.io's id of the person (`cio_id`), which reports contain. Null before the first report,
 * if Customer.io does not answer in time, and with a simulator. Never throws because of Customer.io.
 */
export function createPersonLinks({ connection, db, track, now }: PersonLinkOptions) {
  const { name, customerio } = connection;
  const workspace = memoizeFor(WORKSPACE_MS, now, async () => {
    const client = track();
    if (!client) throw new Error('Another process runs the connection.');
    return (await client.region()).environmentId;
  });

  return async (person: string): Promise<string | null> => {
    if (customerio.trackUrl) return null;
    const cioId = await cioIdOf(await db(), name, person);
    if (cioId === null) return null;
    const timeout = sleep(WAIT_MS, null, { ref: false });
    const workspaceId = await Promise.race([workspace().catch(() => null), timeout]);
    if (workspaceId === null) return null;
    return personPage(customerio.region, workspaceId, cioId);
  };
}
