import { randomBytes, randomUUID } from 'node:crypto';
import { type Clock, systemClock } from 'pg-boss';
import { pino } from 'pino';
import { KommoLimits } from '../../src/kommo/index.ts';
import type { ConfiguredAccess } from '../../src/kommo-oauth/configured-access.ts';
import { KommoAccess } from '../../src/kommo-oauth/kommo-access.ts';
import type { Keyring } from '../../src/secrets/keyring.ts';
import type { Db } from '../../src/store/database/database.ts';

export interface AccessRig {
  db: Db;
  keyring: Keyring;
  clock?: Clock;
  simulated?: string[];
  publicUrl?: string | null;
  configured?: (name: string) => ConfiguredAccess | null;
  onGranted?: (grant: { name: string }) => Promise<void>;
}

/** The access by OAuth of one process, without a server. */
export function openKommoAccess({ db, keyring, ...options }: AccessRig): KommoAccess {
  const { configured = () => null, publicUrl = 'https://stagepost.example.com' } = options;
  return new KommoAccess({
    ...{ db: async () => db, keyring: () => keyring, keyringForWriting: () => keyring },
    ...{ configured, configuredFor: () => [], publicUrl: () => publicUrl, simulated: options.simulated },
    kommoLimits: new KommoLimits(),
    ...{ instance: randomUUID(), clock: options.clock ?? systemClock, random: () => 0.5 },
    onGranted: options.onGranted ?? (async () => {}),
    onRenamed: async () => {},
    newSecret: () => randomBytes(32).toString('base64url'),
    log: pino({ level: 'silent' }),
  });
}
