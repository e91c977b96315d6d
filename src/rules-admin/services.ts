import type { Logger } from 'pino';
import { createInstanceRpc, type InstanceRpc } from '../cluster/instance-rpc.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { ConnectionSet } from '../connections/connection-set.ts';
import type { Catalog } from '../domain/entities.ts';
import { catalogWithTime } from '../store/connections/catalog.ts';
import type { Database } from '../store/database/database.ts';
import { RuleCases } from './cases/rule-cases.ts';
import { originsOf } from './decision.ts';
import { DraftQueue } from './draft-work/draft-queue.ts';
import { DraftWorker } from './draft-work/draft-worker.ts';
import { LocalRulesService } from './local-service.ts';
import { RulesPreview } from './preview.ts';
import { handleRemoteCalls, refreshRemoteCatalog, withRemotePreview } from './remote-service.ts';
import type { RulesService } from './rules-service.ts';

export interface RulesServicesOptions {
  config: Pick<Config, 'file'>;
  connections: ConnectionSet;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Null until the store is open. */
  supervisors(): ReadonlyMap<string, ConnectionSupervisor> | null;
  log: Logger;
  now(): number;
}

/** The rules services of all connections in a running server. */
export interface RulesServices {
  of(connection: string): RulesService;
  /** For calls to the process that runs a connection. */
  rpc: Pick<InstanceRpc, 'handle' | 'call'>;
  /** To be called with each notification of any process. */
  onNotification: InstanceRpc['onNotification'];
  /** Ends the processes that work on drafts. */
  close(): Promise<void>;
}

export function createRulesServices(options: RulesServicesOptions): RulesServices {
  const { config, connections, database, supervisors, log, now } = options;
  const supervisorOf = (name: string) => supervisors()?.get(name);
  const isRemote = (name: string) => supervisorOf(name)?.state().state === 'standby';
  const isRunHere = (name: string) => supervisorOf(name) !== undefined && !isRemote(name);
  const drafts = new DraftQueue(() => new DraftWorker({ log }));
  const rpc = createInstanceRpc({ database, isRunHere, log, now });
  const local = connections.each((connection) => localService(connection));
  handleRemoteCalls(
    rpc,
    (name) => local.get(name)!,
    async (name) => supervisorOf(name)?.refreshCatalog(),
  );

  function localService(connection: ConnectionConfig): RulesService {
    const { name } = connection;
    const cases = new RuleCases({
      connection: name,
      db: async () => (await database()).db,
      catalog: async () => (await catalogWithTime((await database()).db, name))?.catalog ?? null,
      origins: originsOf(connection),
      work: drafts.run,
    });
    return new LocalRulesService({
      config: connection,
      file: config.file,
      database,
      storedCatalog: async () => catalogWithTime((await database()).db, name),
      refreshCatalog: () => refreshCatalog(name),
      onPublished: () => onPublished(name),
      preview: new RulesPreview({
        config: connection,
        database,
        connection: () => supervisorOf(name)?.connection() ?? null,
        whyNotRunning: () => whyNotRunning(supervisorOf(name)),
        work: drafts.run,
        now,
      }),
      cases,
      work: drafts.run,
      now,
    });
  }

  async function refreshCatalog(name: string): Promise<Catalog | null> {
    if (!isRemote(name)) return (await supervisorOf(name)?.refreshCatalog()) ?? null;
    await refreshRemoteCatalog(rpc, name);
    return (await catalogWithTime((await database()).db, name))?.catalog ?? null;
  }

  /** Notifies every process. If the connection runs in this one, resolves when the new rules are active. */
  async function onPublished(name: string): Promise<void> {
    (await database()).notify({ type: 'rules_published', connection: name });
    await supervisorOf(name)?.reloadRules();
  }

  return {
    of: (name) => withRemotePreview(local.get(name)!, name, { rpc, isRemote: () => isRemote(name) }),
    rpc,
    onNotification: rpc.onNotification,
    close: () => drafts.close(),
  };
}

function whyNotRunning(supervisor: ConnectionSupervisor | undefined): string {
  const state = supervisor?.state();
  if (state?.state === 'paused') return 'It is paused.';
  return state?.state === 'waiting' ? `It is waiting: ${state.reason}` : 'It is just starting.';
}
