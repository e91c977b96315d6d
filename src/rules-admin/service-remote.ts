import { rulesPublished } from '../cluster/coordinator.ts';
import { createElsewhere } from '../cluster/instance-rpc.ts';
import type { Host } from '../cluster/supervisor.ts';
import type { Config, ConnectionConfig } from '../config/index.ts';
import type { Compared, Preview } from '../http/api/contract.ts';
import type { RuleDesk } from '../http/api/rules/service.ts';
import { loadCatalog } from '../store/connections/connections.ts';
import type { Database } from '../store/database/database.ts';
import { createRuleTrial } from './preview.ts';
import { createRuleDesk } from './service.ts';

export interface RuleDesksOptions {
  config: Config;
  /** Resolves when the store is open. */
  database(): Promise<Database>;
  /** Null until the store is open. */
  hosts(): Map<string, Host> | null;
  now(): number;
}

/** The connections' desks in a running server. What Kommo must be read for is done by whichever process may. */
export interface RuleDesks {
  of(config: ConnectionConfig): RuleDesk;
  /** Call it with each wake of the database. */
  hear(wake: string): void;
}

export function createRuleDesks({ config, database, hosts, now }: RuleDesksOptions): RuleDesks {
  /** As they are where the connection runs. */
  const here = new Map<string, RuleDesk>();
  const hostOf = (name: string) => hosts()?.get(name);
  const isElsewhere = (name: string) => hostOf(name)?.state().state === 'standby';
  const elsewhere = createElsewhere({
    database,
    isHere: (name) => hostOf(name) !== undefined && !isElsewhere(name),
    async answer(name, question) {
      if (question.what === 'names') await hostOf(name)?.freshCatalog();
      if (question.what === 'preview') return here.get(name)?.preview(question.on, question.draft);
      return question.what === 'compare' ? here.get(name)?.compare(question.draft, question.events) : null;
    },
    now,
  });

  async function freshCatalog(name: string) {
    if (!isElsewhere(name)) return (await hostOf(name)?.freshCatalog()) ?? null;
    await elsewhere.ask(name, { what: 'names' });
    return loadCatalog((await database()).db, name);
  }

  /** All processes hear of it; where it runs here, it does so before the answer. */
  async function published(name: string): Promise<void> {
    (await database()).wake(rulesPublished(name));
    await hostOf(name)?.renewRules();
  }

  function deskHere(connection: ConnectionConfig): RuleDesk {
    const { name } = connection;
    return createRuleDesk({
      config: connection,
      file: config.file,
      database,
      catalog: async () => loadCatalog((await database()).db, name),
      freshCatalog: () => freshCatalog(name),
      published: () => published(name),
      trial: createRuleTrial({
        config: connection,
        database,
        connection: () => hostOf(name)?.connection() ?? null,
        whyNot: () => whyNot(hostOf(name)),
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

function whyNot(host: Host | undefined): string {
  const state = host?.state();
  return state?.state === 'waiting' ? `It waits: ${state.reason}` : 'It is just starting.';
}
