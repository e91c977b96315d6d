import {
  type BackfillCounts,
  type BackfillState,
  type LeftOutDeal,
  plannedDeals,
} from '../domain/backfill.ts';
import type { Catalog, StageRef } from '../domain/entities.ts';
import {
  addBackfill,
  changeBackfillState,
  findBackfill,
  listBackfills,
  type StateChange,
  type StoredBackfill,
} from '../store/backfills/backfills.ts';
import { clearLeftOut, leftOutExamples, listLeftOut } from '../store/backfills/left-out.ts';
import { loadCatalog } from '../store/connections/catalog.ts';
import type { Database } from '../store/database/database.ts';
import type { Millis } from '../store/database/schema.ts';
import { inTransaction } from '../store/database/transaction.ts';
import type { Actor } from '../store/users/actor.ts';
import { type AuditEvent, addAudit } from '../store/users/audit.ts';
import { BackfillError } from './errors.ts';
import {
  describeFilter,
  type FilterInput,
  resolveFilter,
  resolveStage,
  type StageName,
  stageTitle,
} from './filter-names.ts';

/** A stage whose deals were counted. */
export interface StageSum extends StageRef {
  /** "Sales / Closed - won" */
  title: string;
  /** The event of the stage's rule. */
  event: string;
  /** Deals that stand in it and whose client is in Customer.io. */
  deals: number;
}

/** A backfill as it is shown. */
export interface Backfill extends Pick<StoredBackfill, 'id' | 'connection' | 'state' | 'plan' | 'problem'> {
  /** What its filter asks for, as sentences; empty: all deals. */
  conditions: string[];
  /** What has come of the deals so far. */
  counts: BackfillCounts;
  /** Deals that are done. */
  done: number;
  /** Deals a second; null until some are done. */
  perSecond: number | null;
  /** Null where the end cannot be told. */
  secondsLeft: number | null;
  /** The stages of the plan, and once it runs of what is done. */
  stages: StageSum[];
  /** The stages for which events were asked for, with the hold of these events. */
  eventStages: { title: string; holdId: number | null }[];
  /** Some deals of each reason for which nobody is sent. */
  examples: LeftOutDeal[];
  createdBy: string;
  createdAt: Millis;
  startedAt: Millis | null;
  endedAt: Millis | null;
}

/** Backfills, for the commands and the API. Those of other connections do not exist for it. Every method throws BackfillError. */
export interface Backfills {
  /** The newest first. */
  list(connection?: string): Promise<Backfill[]>;
  find(id: number): Promise<Backfill>;
  /** Makes a backfill, whose plan is worked out by the process that runs the connection. @returns its id */
  create(connection: string, filter: FilterInput): Promise<number>;
  /** Confirms a plan. @param events the stages for whose deals events are prepared; these are held until somebody decides */
  start(id: number, events: StageName[]): Promise<void>;
  pause(id: number): Promise<void>;
  resume(id: number): Promise<void>;
  /** Ends it; what was sent stays. */
  stop(id: number): Promise<void>;
  leftOut(id: number, above: number, limit: number): Promise<LeftOutDeal[]>;
}

export interface BackfillsOptions {
  database: Pick<Database, 'db' | 'notify'>;
  connections: readonly string[];
  /** Who decides, for the audit log. */
  actor: Actor;
  now(): Millis;
}

const MOST_LISTED = 20;
const EXAMPLES_OF_EACH = 5;

/** What a person may do, and in which states. */
const CHANGES = {
  start: { from: ['planned'], to: 'running', audit: 'backfill_started' },
  pause: { from: ['running'], to: 'paused', audit: 'backfill_paused' },
  resume: { from: ['paused'], to: 'running', audit: 'backfill_resumed' },
  stop: { from: ['planning', 'planned', 'running', 'paused'], to: 'stopped', audit: 'backfill_stopped' },
} as const satisfies Record<string, { from: BackfillState[]; to: BackfillState; audit: AuditEvent }>;

export function createBackfills(options: BackfillsOptions): Backfills {
  const { database, connections, actor, now } = options;
  const { db } = database;

  async function existing(id: number): Promise<StoredBackfill> {
    const row = await findBackfill(db, connections, id);
    if (!row) throw new BackfillError('not_found', `There is no backfill ${id}.`);
    return row;
  }

  async function change(
    id: number,
    what: keyof typeof CHANGES,
    more: Partial<StateChange> = {},
  ): Promise<void> {
    const row = await existing(id);
    const { from, to, audit } = CHANGES[what];
    const at = now();
    await inTransaction(db, async (trx) => {
      const isChanged = await changeBackfillState(trx, id, from, { to, problem: null, ...more }, at);
      if (!isChanged) throw new BackfillError('conflict', obstacle(row, what));
      if (what === 'start') await clearLeftOut(trx, id);
      const detail = `${row.connection}, backfill ${id}`;
      await addAudit(trx, { actor, at }, { what: audit, connection: row.connection, detail });
    });
    database.notify({ type: 'backfill_changed', connection: row.connection });
  }

  return {
    async list(connection) {
      const names =
        connection === undefined ? connections : connections.filter((name) => name === connection);
      const rows = await listBackfills(db, names, MOST_LISTED);
      return Promise.all(rows.map(async (row) => shown(row, await loadCatalog(db, row.connection), [])));
    },
    async find(id) {
      const row = await existing(id);
      const examples = await leftOutExamples(db, id, EXAMPLES_OF_EACH);
      return shown(row, await loadCatalog(db, row.connection), examples);
    },
    async create(connection, input) {
      if (!connections.includes(connection))
        throw new BackfillError('not_found', `There is no connection "${connection}".`);
      const filter = resolveFilter(input, await catalogOf(options, connection));
      const at = now();
      const id = await inTransaction(db, async (trx) => {
        const added = await addBackfill(trx, { connection, filter, by: actor.name }, at);
        if (added === null) throw new BackfillError('conflict', ANOTHER);
        const detail = `${connection}, backfill ${added}`;
        await addAudit(trx, { actor, at }, { what: 'backfill_planned', connection, detail });
        return added;
      });
      database.notify({ type: 'backfill_changed', connection });
      return id;
    },
    async start(id, events) {
      const { connection } = await existing(id);
      const catalog = await catalogOf(options, connection);
      const stages = events.map((name) => {
        const { pipelineId, stageId } = resolveStage(name, catalog);
        if (stageId === null)
          throw new BackfillError('invalid', `A stage is missing: events are prepared stage by stage.`);
        return { pipelineId, stageId };
      });
      await change(id, 'start', { eventStages: stages });
    },
    pause: (id) => change(id, 'pause'),
    resume: (id) => change(id, 'resume'),
    stop: (id) => change(id, 'stop'),
    async leftOut(id, above, limit) {
      await existing(id);
      return listLeftOut(db, id, above, limit);
    },
  };
}

const ANOTHER = 'Another backfill of this connection is under way. Stop it, or wait until it is done.';

function obstacle({ state }: StoredBackfill, what: keyof typeof CHANGES): string {
  const isPossible = (CHANGES[what].from as readonly BackfillState[]).includes(state);
  if (isPossible) return ANOTHER;
  const end = what === 'start' && state === 'planning' ? ' Its plan is not finished yet.' : '';
  return `The backfill is ${state}, so it cannot ${what}.${end}`;
}

async function catalogOf({ database }: BackfillsOptions, connection: string): Promise<Catalog> {
  const catalog = await loadCatalog(database.db, connection);
  if (catalog) return catalog;
  throw new BackfillError(
    'conflict',
    `The Kommo account of ${connection} was not read yet. Start Stagepost first.`,
  );
}

function shown(row: StoredBackfill, catalog: Catalog | null, examples: LeftOutDeal[]): Backfill {
  const { id, connection, state, plan, counts, problem } = row;
  const done = plannedDeals(counts);
  const perSecond = done > 0 && row.worked_ms > 0 ? (done / row.worked_ms) * 1000 : null;
  const isRunning = state === 'running' || state === 'paused';
  const left = Math.max(0, (plan?.deals ?? 0) - done);
  return {
    ...{ id, connection, state, plan, counts, problem, done, perSecond, examples },
    conditions: describeFilter(row.filter, catalog),
    secondsLeft:
      !isRunning || plan === null ? null : Math.ceil(perSecond === null ? plan.seconds : left / perSecond),
    stages: (row.started_at === null ? (plan?.counts.stages ?? []) : counts.stages).map((stage) => ({
      ...stage,
      title: stageTitle(stage, catalog),
    })),
    eventStages: row.event_stages.map(({ holdId, ...stage }) => ({
      title: stageTitle(stage, catalog),
      holdId,
    })),
    createdBy: row.created_by,
    createdAt: row.created_at,
    startedAt: row.started_at,
    endedAt: row.ended_at,
  };
}
