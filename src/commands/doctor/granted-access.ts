import { randomBytes, randomUUID } from 'node:crypto';
import { systemClock } from 'pg-boss';
import pino from 'pino';
import type { ConnectionConfig } from '../../config/index.ts';
import { configuredAccess } from '../../connections/oauth-access.ts';
import { KommoLimits, type TokenSource } from '../../kommo/index.ts';
import { KommoAccess } from '../../kommo-oauth/kommo-access.ts';
import { KEY_VARIABLE, openKeyring } from '../../secrets/key-source.ts';
import type { Db } from '../../store/database/database.ts';
import { databaseUrl, withDatabase } from '../data/database.ts';
import { CommandError } from '../terminal/exit.ts';

export interface GrantedAccessOptions {
  /** The data folder. */
  data: string;
  env?: NodeJS.ProcessEnv;
}

/**
 * Runs `work` with the tokens of the grant by OAuth that the database has of a connection. Where they are due they are renewed,
 * under the same claim as the server's renewals, so that a server that runs meanwhile is not disturbed.
 * With a long-lived token `work` gets null, and where the database cannot be opened: there is none, or a server has its folder
 * open.
 */
export async function withGrantedAccess<T>(
  config: ConnectionConfig,
  { data: dataDir, env = process.env }: GrantedAccessOptions,
  work: (tokens: TokenSource | null) => Promise<T>,
): Promise<T> {
  if (config.kommo.access.kind !== 'oauth') return work(null);
  let isOpen = false;
  try {
    return await withDatabase({ dataDir, url: databaseUrl(env) }, async ({ db }) => {
      isOpen = true;
      const access = accessTo(config, db, { dataDir, variable: env[KEY_VARIABLE] });
      try {
        return await work(access.tokens(config.name));
      } finally {
        await access.stop();
      }
    });
  } catch (error) {
    if (isOpen || !(error instanceof CommandError)) throw error;
    return work(null);
  }
}

/** The access of this command, which grants nothing: it only uses and renews what somebody has granted. */
function accessTo(
  config: ConnectionConfig,
  db: Db,
  keySource: { dataDir: string; variable: string | undefined },
): KommoAccess {
  const keyring = () => openKeyring(keySource);
  return new KommoAccess({
    ...{ db: async () => db, keyring, keyringForWriting: keyring },
    configured: (name) => (name === config.name ? configuredAccess(config, 'file') : null),
    ...{ configuredFor: () => [], publicUrl: () => null },
    ...{ onGranted: async () => {}, onRenamed: async () => {} },
    kommoLimits: new KommoLimits(),
    ...{ instance: randomUUID(), clock: systemClock, random: Math.random },
    newSecret: () => randomBytes(32).toString('base64url'),
    log: pino({ level: 'silent' }),
  });
}
