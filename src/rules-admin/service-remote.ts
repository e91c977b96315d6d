import type { Logger } from 'pino';
import { z } from 'zod';
import { createInstanceRpc, type InstanceRpc, RpcError, type RpcErrorCode } from '../cluster/instance-rpc.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import { compareBody, compared, draft, preview, previewBody } from '../http/api/contract.ts';
import { HttpError } from '../http/api/routes.ts';
import type { RulesService } from '../http/api/rules/service.ts';
import { loadCatalog } from '../store/connections/connections.ts';
import type { Database } from '../store/database/database.ts';
import { createRulesPreview } from './preview.ts';
import { createRulesService } from './service.ts';

export interface RulesServicesOptions {
  config: Config;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Null until the store is open. */
  supervisors(): Map<string, ConnectionSupervisor> | null;
  log: Logger;
  now(): number;
}

/** The connections' desks in a running server. What Kommo must be read for is done by whichever process may. */
export interface RulesServices {
  of(config: ConnectionConfig): RulesService;
  /** Call it with each notification of any process. */
  onNotification: InstanceRpc['onNotification'];
}

/* What only the process that runs a connection can do. */
const previewMethod = {
  name: 'rules.preview',
  request: z.object({ on: previewBody.shape.on, draft: draft.optional() }),
  response: preview,
};
const compareMethod = {
  name: 'rules.compare',
  request: z.object({ draft, events: compareBody.shape.events }),
  response: compared,
};
/** Reads the account's names anew, and stores them. */
const refreshCatalogMethod = { name: 'catalog.refresh', request: z.null(), response: z.null() };

export function createRulesServices({
  config,
  database,
  supervisors,
  log,
  now,
}: RulesServicesOptions): RulesServices {
  /** As they are where the connection runs. */
  const here = new Map<string, RulesService>();
  const supervisorOf = (name: string) => supervisors()?.get(name);
  const isElsewhere = (name: string) => supervisorOf(name)?.state().state === 'standby';
  const rpc = createInstanceRpc({
    database,
    isRunHere: (name) => supervisorOf(name) !== undefined && !isElsewhere(name),
    log,
    now,
  });
  rpc.handle(previewMethod, (name, { on, draft }) => asRpcError(here.get(name)!.preview(on, draft)));
  rpc.handle(compareMethod, (name, { draft, events }) => asRpcError(here.get(name)!.compare(draft, events)));
  rpc.handle(refreshCatalogMethod, async (name) => {
    await supervisorOf(name)?.freshCatalog();
    return null;
  });

  async function freshCatalog(name: string) {
    if (!isElsewhere(name)) return (await supervisorOf(name)?.freshCatalog()) ?? null;
    await asHttpError(rpc.call(refreshCatalogMethod, name, null));
    return loadCatalog((await database()).db, name);
  }

  /** All processes hear of it; where it runs here, it does so before the answer. */
  async function published(name: string): Promise<void> {
    (await database()).notify({ type: 'rules_published', connection: name });
    await supervisorOf(name)?.renewRules();
  }

  function deskHere(connection: ConnectionConfig): RulesService {
    const { name } = connection;
    return createRulesService({
      config: connection,
      file: config.file,
      database,
      catalog: async () => loadCatalog((await database()).db, name),
      freshCatalog: () => freshCatalog(name),
      published: () => published(name),
      trial: createRulesPreview({
        config: connection,
        database,
        connection: () => supervisorOf(name)?.connection() ?? null,
        whyNot: () => whyNot(supervisorOf(name)),
        now,
      }),
      now,
    });
  }

  return {
    of(connection) {
      const { name } = connection;
      const desk = deskHere(connection);
      here.set(name, desk);
      return {
        ...desk,
        async preview(on, draft) {
          if (!isElsewhere(name)) return desk.preview(on, draft);
          return asHttpError(rpc.call(previewMethod, name, { on, draft }));
        },
        async compare(draft, events) {
          if (!isElsewhere(name)) return desk.compare(draft, events);
          return asHttpError(rpc.call(compareMethod, name, { draft, events }));
        },
      };
    },
    onNotification: rpc.onNotification,
  };
}

function whyNot(host: ConnectionSupervisor | undefined): string {
  const state = host?.state();
  return state?.state === 'waiting' ? `It waits: ${state.reason}` : 'It is just starting.';
}

const STATUS_OF: Record<RpcErrorCode, number> = {
  invalid_argument: 400,
  not_found: 404,
  conflict: 409,
  rate_limited: 429,
  unavailable: 503,
  version_mismatch: 503,
  internal: 500,
};

async function asRpcError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const code = error instanceof HttpError && CODE_OF.get(error.statusCode);
    throw code ? new RpcError(code, error.message) : error;
  }
}

const CODE_OF = new Map<number, RpcErrorCode>([
  [400, 'invalid_argument'],
  [404, 'not_found'],
  [409, 'conflict'],
  [429, 'rate_limited'],
  [503, 'unavailable'],
]);

async function asHttpError<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw error instanceof RpcError ? new HttpError(STATUS_OF[error.code], error.message) : error;
  }
}
