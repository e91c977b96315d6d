import { sql } from 'kysely';
import type { DirectoryEntry } from '../../src/domain/directory/entry.ts';
import type { Contact, Deal } from '../../src/domain/entities.ts';
import type { StagepostEvent } from '../../src/domain/events.ts';
import type { Rules } from '../../src/domain/rules/rules.ts';
import type { Connection } from '../../src/pipeline/connection.ts';
import type { DirectoryRequests } from '../../src/pipeline/directory/directory-reader.ts';
import { StageEntries } from '../../src/pipeline/plan/guard/stage-entries.ts';
import { type PlannedBatch, planBatch } from '../../src/pipeline/plan/plan-batch.ts';
import type { Database } from '../../src/store/database/database.ts';
import { saveContacts } from '../../src/store/directory/entries.ts';
import { directoryProgress, saveDirectoryProgress } from '../../src/store/directory/progress.ts';
import { addEvents } from '../../src/store/events/events.ts';
import type { Restored } from '../../src/store/restored.ts';
import { contact, deal, rules, SALES } from './entities.ts';
import { asLeased } from './leased.ts';
import { takeLease } from './leases.ts';

/** The moment at which scenes begin, unix seconds. */
export const T = 1_796_000_000;
export const NEW_LEAD = 12345677;
export const DEMO = 12345678;

const stage = (stageId: number, event: string): Rules['stages'][number] => ({
  ...{ ...rules().stages[0]!, stageId, event, data: {}, note: `Sent ${event}` },
});
export const STAGES = [stage(NEW_LEAD, 'lead_created'), stage(DEMO, 'demo_scheduled')];

/** The planning of one connection, on what events and a Kommo of the test's making say. Seconds count from `T`. */
export interface PlanningRig {
  /** The connection's name. */
  name: string;
  /** The ids of deals of each reading. */
  read: number[][];
  /** @param stageId of the pipeline Sales; default: that of `deal` in entities.ts */
  putDeal(id: number, contactIds?: number[], stageId?: number): void;
  removeDeal(id: number): void;
  putContact(id: number, email: string | null): void;
  /** A note that Kommo shows on a deal. */
  putNote(dealId: number, text: string): void;
  /** The database was restored: what happened until this second may have been sent. */
  restored(second: number): void;
  /** The directory, which is read through at this second, has these contacts. Without a call there is none. */
  listContacts(entries: DirectoryEntry[], second: number): Promise<void>;
  /** Stores events. @param second when they were stored; default: a second after `T` */
  store(events: StagepostEvent[], second?: number): Promise<void>;
  /** Plans one batch at this second. */
  plan(second: number, own?: Partial<Rules>): Promise<PlannedBatch>;
  /** Another process runs the connection from now on. */
  restart(): void;
  /** The moves in the order in which they happened. `nextCheck` in seconds. */
  moves(): Promise<{ deal_id: number; state: string; reason: string | null; nextCheck: number }[]>;
  states(): Promise<string[]>;
  /** What was put into the outbox, in order: event with its time in seconds, note. */
  sent(): Promise<string[]>;
}

let runs = 0;
let keys = 0;

export async function createPlanningRig(database: Database): Promise<PlanningRig> {
  const name = `planning-${runs++}`;
  const deals = new Map<number, Deal>();
  const contacts = new Map<number, Contact>();
  const read: number[][] = [];
  const notes: { id: number; dealId: number; text: string }[] = [];
  let restored: Restored | null = null;
  let entries = new StageEntries();
  let directory: DirectoryRequests | null = null;
  await takeLease(database.db, name, 'test');
  const kommo = {
    async deals(ids: number[]) {
      read.push(ids);
      return new Map(ids.flatMap((id) => (deals.has(id) ? [[id, deals.get(id)!]] : [])));
    },
    notesOf: async (ids: number[]) => notes.filter(({ dealId }) => ids.includes(dealId)),
    tasksOf: async () => [],
    contacts: async (ids: number[]) =>
      new Map(ids.flatMap((id) => (contacts.has(id) ? [[id, contacts.get(id)!]] : []))),
  };
  const moves: PlanningRig['moves'] = async () => {
    const rows = await database.db
      .selectFrom('events')
      .select(['deal_id', 'state', 'reason', 'next_attempt_at', 'warnings', 'planned_at'])
      .where('connection', '=', name)
      .where('kind', '=', 'deal_moved')
      .orderBy('occurred_at')
      .orderBy('id')
      .execute();
    return rows.map((row) => ({
      ...{ ...row, deal_id: row.deal_id!, nextCheck: row.next_attempt_at / 1_000 - T },
    }));
  };

  return {
    name,
    read,
    putDeal(id, contactIds = [], stageId) {
      const stage =
        stageId === undefined ? {} : { stage: { ...deal().stage, pipelineId: SALES.id, stageId } };
      deals.set(id, deal({ id, contactIds, ...stage }));
    },
    removeDeal: (id) => void deals.delete(id),
    putContact: (id, email) =>
      void contacts.set(id, contact({ id, name: `C${id}`, emails: email === null ? [] : [email] })),
    putNote: (dealId, text) => void notes.push({ id: 900 + notes.length, dealId, text }),
    restored: (second) => {
      restored = { from: T * 1_000, doubtfulUntil: T + second };
    },
    async listContacts(listed, second) {
      directory = { request: () => {}, searchFailed: async () => {}, isAvailable: true };
      const at = (T + second) * 1_000;
      const trx = asLeased(database.db);
      await saveContacts(trx, name, { entries: listed, deletedIds: [] }, at);
      const progress = await directoryProgress(database.db, name);
      await saveDirectoryProgress(trx, name, { ...progress, changedUntil: T + second, completeAt: at });
    },
    async store(events, second = 1) {
      const rows = events.map((event) => ({
        ...{ connection: name, key: `e${keys++}`, event, name: null, person: null, inboxIds: [] },
      }));
      await addEvents(asLeased(database.db), rows, (T + second) * 1_000);
    },
    async plan(second, own = {}) {
      const catalog = { account: { timezone: 'UTC' }, pipelines: [SALES], users: [] };
      const connection = {
        ...{ name, owner: 'test', kommo, app: null, catalog },
        rules: rules({ inactivity: [], stages: STAGES, ...own }),
      } as unknown as Connection;
      const log = { warn: () => {}, error: () => {} };
      return planBatch({
        database,
        connection,
        log,
        now: (T + second) * 1_000,
        entries,
        directory,
        restored,
        hasStageEvents: true,
      });
    },
    restart() {
      entries = new StageEntries();
    },
    moves,
    states: async () => (await moves()).map(({ state }) => state),
    async sent() {
      const { rows } = await sql<{ text: string }>`
        select coalesce(payload->>'name' || ' ' || (payload->>'timestamp')::bigint - ${T}::bigint, payload->>'text') as text
        from actions where connection = ${name} and kind in ('track', 'note') order by id
      `.execute(database.db);
      return rows.map(({ text }) => text);
    },
  };
}

export const moved = (dealId: number, second = 0, stageId = NEW_LEAD): StagepostEvent => ({
  ...{ kind: 'deal_moved', dealId, from: null, occurredAt: T + second },
  to: { pipelineId: SALES.id, stageId },
});

export const edited = (dealId: number, second: number): StagepostEvent => ({
  ...{ kind: 'deal_changed', dealId, occurredAt: T + second },
});

export const contactEdited = (contactId: number, second: number): StagepostEvent => ({
  ...{ kind: 'contact_changed', contactId, occurredAt: T + second },
});
