import { randomUUID } from 'node:crypto';
import type { Clock } from 'pg-boss';
import type { Logger } from 'pino';
import type { ConnectionSet } from './connections/connection-set.ts';
import { adoptGrant, configuredAccess } from './connections/oauth-access.ts';
import type { ConsoleServices } from './console-api/services.ts';
import type { Engine } from './engine.ts';
import { newSecret } from './http/auth/secrets-at-rest.ts';
import type { KommoLimits } from './kommo/index.ts';
import type { Grant } from './kommo-oauth/grant.ts';
import { KommoAccess } from './kommo-oauth/kommo-access.ts';
import type { Keyring } from './secrets/keyring.ts';
import type { Database } from './store/database/database.ts';
import { SYSTEM } from './store/users/actor.ts';
import { addAudit } from './store/users/audit.ts';

export interface KommoGrantsParts {
  connections: ConnectionSet;
  /** The names of the connections in the configuration file. */
  inFile: ReadonlySet<string>;
  /** The address of a simulated Kommo; null where it is the real one. */
  simulatedKommo: string | null;
  kommoLimits: KommoLimits;
  clock: Clock;
  log: Logger;
  /** As `KommoAccessOptions`. */
  keyring(): Keyring;
  keyringForWriting(): Keyring;
  publicUrl(): string | null;
  /** Resolves when the database is open. */
  database(): Promise<Database>;
  /** Takes over what was changed in the stored connections. */
  refreshConnections(): Promise<void>;
  /** Called after the start only. */
  consoleServices(): ConsoleServices;
  /** Null until the engine is open. */
  started(): Engine | null;
}

/** Access to Kommo by OAuth in this process, and what follows here when somebody grants it or an account is renamed. */
export function createKommoGrants(parts: KommoGrantsParts): KommoAccess {
  const { connections, inFile, simulatedKommo, database, consoleServices, clock, log } = parts;
  const now = () => clock.now();

  /** A stored connection gets the grant's address and integration. */
  async function adopt(store: Database, grant: Omit<Grant, 'version'>): Promise<void> {
    if (!(await adoptGrant(store.db, parts.keyringForWriting, grant, now()))) return;
    store.notify({ type: 'connections_changed' });
    await parts.refreshConnections();
  }

  /** What waits for access goes on: in a lane as in a connection that could not start. */
  function resume(name: string): void {
    const supervisor = parts.started()?.coordinator.supervisors.get(name);
    supervisor?.onAccepted('kommo');
    void supervisor?.reloadRules();
  }

  return new KommoAccess({
    publicUrl: parts.publicUrl,
    keyring: parts.keyring,
    keyringForWriting: parts.keyringForWriting,
    db: async () => (await database()).db,
    configured(name) {
      const connection = connections.get(name);
      return connection ? configuredAccess(connection, inFile.has(name) ? 'file' : 'console') : null;
    },
    configuredFor: (clientId) =>
      connections.all
        .filter(({ kommo: { access } }) => access.kind === 'oauth' && access.clientId === clientId)
        .map(({ name }) => name),
    simulated: simulatedKommo === null ? [] : [simulatedKommo],
    onRenamed: async (grant) => adopt(await database(), grant),
    async onGranted(grant) {
      const { name } = grant;
      const store = await database();
      const connection = connections.get(name) ? name : null;
      const entry = { what: 'kommo_access', connection, detail: `${name}: access granted` } as const;
      await addAudit(store.db, { actor: SYSTEM, at: now() }, entry);
      await adopt(store, grant);
      const { health, options } = consoleServices();
      health.invalidate(name);
      // Kommo waits three seconds for the answer to its redirect, and the check of an account takes about as long.
      options.setups
        .granted(name)
        .catch((error: unknown) =>
          log.error({ err: error, setup: name }, 'a granted access was not checked'),
        );
      resume(name);
    },
    ...{ kommoLimits: parts.kommoLimits, instance: randomUUID(), random: Math.random, newSecret, clock, log },
  });
}
