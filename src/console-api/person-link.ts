import { setTimeout as sleep } from 'node:timers/promises';
import type { ConnectionConfig } from '../config/index.ts';
import type { TrackClient } from '../customerio/index.ts';
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

/** A workspace keeps its number, so asking once a day is plenty. */
const WORKSPACE_MS = 24 * 3_600_000;
/** The page is shown without the link when Customer.io takes longer. */
const WAIT_MS = 1_500;

/** Where people are in Customer.io's own pages, by region. Seen in use (2026); not in its documentation. */
const PAGES = { us: 'https://fly.customer.io', eu: 'https://eu.fly.customer.io' };

/**
 * Makes the function that answers with the address of a person's page in Customer.io. It is made of the workspace's number,
 * which the Track API answers with, and of Customer.io's number of the person (`cio_id`), which comes with reports. Null
 * before the first report, where Customer.io does not answer in time, and between simulators. Never throws for Customer.io.
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
    const number = await Promise.race([workspace().catch(() => null), timeout]);
    if (number === null) return null;
    return `${PAGES[customerio.region]}/workspaces/${number}/journeys/people/${encodeURIComponent(cioId)}`;
  };
}
