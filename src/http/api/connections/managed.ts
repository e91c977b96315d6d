import {
  consequencesOfPause,
  consequencesOfRemoval,
  consequencesOfResumption,
} from '../../../connections/consequences.ts';
import { ConnectionError } from '../../../connections/manage.ts';
import { sharedWith } from '../../../connections/shared-accounts.ts';
import type { ConnectionHealth } from '../../../health/health.ts';
import { type ConnectionAccounts, connectionAccounts } from '../../../store/connections/catalog.ts';
import { openWork } from '../../../store/counts/open-work.ts';
import type { Authorship } from '../../../store/users/actor.ts';
import { HttpError } from '../../http-error.ts';
import type { ConnectionScope } from '../connection-scope.ts';
import { findConnection } from '../find-connection.ts';
import type { Context, Handlers } from '../routes.ts';
import type { ApiServices, ConsoleConnection } from '../services.ts';
import type { ConnectionDetails, ShownConnection } from './contract.ts';

type ManagedHandlers = Pick<
  Handlers,
  | 'connections'
  | 'connection'
  | 'pauseConnection'
  | 'resumeConnection'
  | 'changeConnection'
  | 'exportConnection'
  | 'removeConnection'
>;

const STATUS: Record<ConnectionError['code'], number> = {
  not_stored: 409,
  invalid: 400,
  refused: 422,
  changed: 409,
  locked: 409,
};

/** The list of connections, and changes of those that are kept in the database. */
export function managedConnectionHandlers(services: ApiServices): ManagedHandlers {
  const { connections, managed, now } = services;
  const db = async () => (await services.database()).db;

  /** Runs a change of a connection that the sender may see. @throws HttpError */
  async function change<T>(name: string, context: Context, work: (by: Authorship) => Promise<T>): Promise<T> {
    const { settings } = findConnection(connections, name, context.scope);
    if (settings.source === 'file')
      throw new HttpError(409, `${name} is in the configuration file: change it there, and restart.`);
    try {
      return await work({ actor: context.actor, at: now() });
    } catch (error) {
      if (error instanceof ConnectionError) throw new HttpError(STATUS[error.code], error.message);
      throw error;
    }
  }

  async function detailsOf(name: string, scope: ConnectionScope): Promise<ConnectionDetails> {
    const connection = findConnection(connections, name, scope);
    const [accounts, [work]] = await Promise.all([
      connectionAccounts(await db(), [...scope.names]),
      openWork(await db(), [name]),
    ]);
    const { source, pausedSince, kommo, customerio } = connection.settings;
    const isStored = source === 'console';
    const isPaused = pausedSince !== null;
    return {
      ...shownConnection(connection, accounts, services.health.current().connections),
      settings: {
        kommo: {
          requests_per_second: connection.requestsPerSecond,
          directory: kommo.directory,
          task_user: kommo.taskUser,
          changes: kommo.pollEverySeconds === null ? 'webhooks' : 'polling',
        },
        customerio: { track_url: customerio.trackUrl, app_url: customerio.appUrl },
      },
      secrets: { signingKeys: customerio.signingKeys, hasAppKey: customerio.hasAppKey },
      consequences: {
        pause: isStored && !isPaused ? consequencesOfPause(work!) : [],
        resume: isPaused ? consequencesOfResumption(work!) : [],
        remove: isStored ? consequencesOfRemoval(work!) : [],
      },
    };
  }

  return {
    connections: async (_input, { scope, principal }) => {
      const accounts = await connectionAccounts(await db(), [...scope.names]);
      const judged = services.health.current().connections;
      const visible = scope.names.flatMap((name) => connections.get(name) ?? []);
      return {
        connections: visible.map((connection) => shownConnection(connection, accounts, judged)),
        // The scope has only connections that exist in this process.
        unreadable: services
          .unreadableConnections()
          .filter(({ connection }) => principal.roles?.has(connection) ?? true),
      };
    },
    connection: ({ params: { connection: name } }, { scope }) => detailsOf(name, scope),
    pauseConnection: async ({ params: { connection: name } }, context) => {
      await change(name, context, (by) => managed.pause(name, by));
      return detailsOf(name, context.scope);
    },
    resumeConnection: async ({ params: { connection: name } }, context) => {
      await change(name, context, (by) => managed.resume(name, by));
      return detailsOf(name, context.scope);
    },
    changeConnection: async ({ params: { connection: name }, body: { force, ...sides } }, context) => {
      await change(name, context, (by) => managed.change(name, sides, force, by));
      return detailsOf(name, context.scope);
    },
    exportConnection: async ({ params: { connection: name } }, context) => {
      const { yaml, secrets } = await change(name, context, (by) => managed.export(name, by));
      const isCommand = context.principal.by === 'folder';
      return {
        yaml,
        variables: [...secrets.keys()],
        secrets: isCommand ? Object.fromEntries(secrets) : null,
      };
    },
    removeConnection: async ({ params: { connection: name } }, context) => {
      await change(name, context, (by) => managed.remove(name, by));
      return {};
    },
  };
}

function shownConnection(
  { name, kommoUrl, settings, state }: ConsoleConnection,
  accounts: ConnectionAccounts[],
  judged: readonly ConnectionHealth[],
): ShownConnection {
  const { source, pausedSince, kommo, customerio } = settings;
  const unknown = { connection: name, account: null, accountId: null, workspaceId: null };
  const own = accounts.find(({ connection }) => connection === name) ?? unknown;
  const shared = sharedWith(own, accounts);
  return {
    connection: name,
    source,
    state: state()?.state ?? 'starting',
    pausedSince,
    light: judged.find(({ connection }) => connection === name)?.light ?? 'unknown',
    kommo: {
      url: kommoUrl,
      account: own.account,
      accountId: own.accountId,
      pollEverySeconds: kommo.pollEverySeconds,
      sharedWith: shared.kommo,
    },
    customerio: {
      region: customerio.region,
      siteId: customerio.siteId,
      workspaceId: own.workspaceId,
      sharedWith: shared.customerio,
    },
  };
}
