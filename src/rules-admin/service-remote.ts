import { rulesPublished } from '../cluster/coordinator.ts';
import { createInstanceRpc } from '../cluster/instance-rpc.ts';
import type { ConnectionSupervisor } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { Compared, Preview } from '../http/api/contract.ts';
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
  now(): number;
}

/** The connections' desks in a running server. What Kommo must be read for is done by whichever process may. */
export interface RulesServices {
  of(config: ConnectionConfig): RulesService;
  /** Call it with each wake of the database. */
  hear(wake: string): void;
}

export function createRulesServices({
  config,
  database,
  supervisors,
  now,
}: RulesServicesOptions): RulesServices {
  /** As they are where the connection runs. */
  const here = new Map<string, RulesService>();
  const supervisorOf = (name: string) => supervisors()?.get(name);
  const isElsewhere = (name: string) => supervisorOf(name)?.state().state === 'standby';
  const elsewhere = createInstanceRpc({
    database,
    isHere: (name) => supervisorOf(name) !== undefined && !isElsewhere(name),
    async answer(name, question) {
      if (question.what === 'names') await supervisorOf(name)?.freshCatalog();
      if (question.what === 'preview') return here.get(name)?.preview(question.on, question.draft);
      return question.what === 'compare' ? here.get(name)?.compare(question.draft, question.events) : null;
    },
    now,
  });

  async function freshCatalog(name: string) {
    if (!isElsewhere(name)) return (await supervisorOf(name)?.freshCatalog()) ?? null;
    await elsewhere.ask(name, { what: 'names' });
    return loadCatalog((await database()).db, name);
  }

  /** All processes hear of it; where it runs here, it does so before the answer. */
  async function published(name: string): Promise<void> {
    (await database()).wake(rulesPublished(name));
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
          return (await elsewhere.ask(name, { what: 'preview', on, draft })) as Preview;
        },
        async compare(draft, events) {
          if (!isElsewhere(name)) return desk.compare(draft, events);
          return (await elsewhere.ask(name, { what: 'compare', draft, events })) as Compared;
        },
      };
    },
    hear: elsewhere.hear,
  };
}

function whyNot(host: ConnectionSupervisor | undefined): string {
  const state = host?.state();
  return state?.state === 'waiting' ? `It waits: ${state.reason}` : 'It is just starting.';
}
