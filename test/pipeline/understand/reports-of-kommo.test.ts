import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DeliveryError } from '../../../src/domain/errors.ts';
import type { DealCreation, DealMove, RecordChange } from '../../../src/kommo/index.ts';
import type { Connection } from '../../../src/pipeline/connection.ts';
import { reconcile } from '../../../src/pipeline/understand/reconcile.ts';
import { resolveIncompleteMoves } from '../../../src/pipeline/understand/resolve-incomplete-moves.ts';
import { understand } from '../../../src/pipeline/understand/understand.ts';
import { saveReconcilerCursor } from '../../../src/store/connections/reconciler-cursor.ts';
import type { Database } from '../../../src/store/database/database.ts';
import { storeRequests } from '../../../src/store/inbox.ts';
import { KINDS, openTestDatabase } from '../../support/databases.ts';
import { deal, rules } from '../../support/entities.ts';
import { asLeased } from '../../support/leased.ts';
import { takeLease } from '../../support/leases.ts';
import { storedRequests } from '../../support/stored-requests.ts';

const NOW = 1_796_000_000;
const SALES = 9621010;
const INCOMING = 12345676;
const NEW = 12345677;
const DEMO = 12345678;
const ONBOARDING = 12345681;
const DEAL = 7001;

interface Log {
  moves: DealMove[];
  creations: DealCreation[];
  records: RecordChange[];
}

/** The doors of one connection: webhooks in, the events log and deals as Kommo shows them. */
class Rig {
  readonly log: Log = { moves: [], creations: [], records: [] };
  stage = NEW;
  /** The calls for the events log and for deals. */
  calls: string[] = [];
  readonly connection: Connection;
  readonly #database: Database;

  constructor(database: Database, name: string) {
    this.#database = database;
    const stages = [INCOMING, NEW, DEMO, ONBOARDING].map((id) => ({
      id,
      name: String(id),
      color: null,
      isIncoming: id === INCOMING,
    }));
    const stageRules = stages.map(({ id }) => ({ ...rules().stages[0]!, pipelineId: SALES, stageId: id }));
    const catalog = { pipelines: [{ id: SALES, name: 'Sales', stages }], contactFields: [] };
    this.connection = {
      name,
      owner: 'test',
      kommo: this.#kommo(),
      catalog,
      rules: rules({ stages: stageRules }),
    } as unknown as Connection;
  }

  #kommo() {
    const answer =
      <T>(call: string, items: () => T) =>
      async () => {
        this.calls.push(call);
        return items();
      };
    return {
      dealMoves: answer('moves', () => this.log.moves),
      dealCreations: answer('creations', () => this.log.creations),
      recordChanges: answer('records', () => this.log.records),
      deals: async (ids: number[]) => {
        this.calls.push('deals');
        return new Map(
          ids.map((id) => [id, deal({ id, stage: { pipelineId: SALES, stageId: this.stage } })]),
        );
      },
    };
  }

  async start(): Promise<void> {
    const { db } = this.#database;
    await takeLease(db, this.connection.name, 'test');
    await saveReconcilerCursor(asLeased(db), this.connection.name, { from: NOW - 86_400, to: NOW - 60 });
  }

  async hook(arrivedAt: number, fields: Record<string, string | number>): Promise<void> {
    const { db } = this.#database;
    const body = new URLSearchParams(
      Object.entries(fields).map(([key, value]): [string, string] => [key, String(value)]),
    );
    const headers = { 'content-type': 'application/x-www-form-urlencoded' };
    const request = {
      connection: this.connection.name,
      source: 'kommo' as const,
      headers,
      body: Buffer.from(String(body)),
    };
    await storeRequests(db, [{ ...request, receivedAt: arrivedAt * 1000 }]);
    await understand(db, this.connection, arrivedAt * 1000);
    await resolveIncompleteMoves(db, this.connection, arrivedAt * 1000);
  }

  async readLog(now: number): Promise<void> {
    await reconcile(this.#database.db, this.connection, now * 1000);
  }

  async events() {
    const rows = await this.#database.db
      .selectFrom('events')
      .select('payload')
      .where('connection', '=', this.connection.name)
      .orderBy('id')
      .execute();
    return rows.map(({ payload }) => payload);
  }

  async outcomes(): Promise<(string | null)[]> {
    const rows = await storedRequests(this.#database.db, this.connection.name);
    return rows.map(({ outcome }) => outcome);
  }
}

const entry = (id: string, from: number, to: number, at: number): DealMove => ({
  id,
  dealId: DEAL,
  from: { pipelineId: SALES, stageId: from },
  to: { pipelineId: SALES, stageId: to },
  at,
});
const item = (action: string, fields: Record<string, string | number>) =>
  Object.fromEntries(
    Object.entries({ id: DEAL, pipeline_id: SALES, ...fields }).map(([name, value]) => [
      `leads[${action}][0][${name}]`,
      value,
    ]),
  );
const moved = (action: string, lastModified: number) =>
  item(action, {
    status_id: DEMO,
    old_status_id: NEW,
    last_modified: lastModified,
    updated_at: lastModified,
    created_at: NOW - 86_400,
  });

describe.each(KINDS)('what the doors report about deals and contacts (%s)', (kind) => {
  let database: Database;
  let count = 0;
  let rig: Rig;
  beforeAll(async () => {
    database = await openTestDatabase(kind);
  });
  afterAll(() => database.close());
  const start = async () => {
    rig = new Rig(database, `c${count++}`);
    await rig.start();
  };

  it.each([60, 3_600, 3 * 3_600, -3_600, 86_400])(
    'a deal whose date of change is %d s ahead moves once, and not in the future',
    async (ahead) => {
      await start();
      await rig.hook(NOW + 1, moved('status', NOW + ahead));
      await rig.hook(NOW + 1, moved('update', NOW + ahead));
      expect(rig.calls).toEqual([]);
      rig.log.moves.push(entry('01a', NEW, DEMO, NOW));
      await rig.readLog(NOW + 300);
      await rig.hook(NOW + 1_200, moved('status', NOW + ahead));
      const events = await rig.events();
      expect(events).toMatchObject([{ kind: 'deal_moved', dealId: DEAL }]);
      expect(events[0]!.occurredAt).toBe(NOW);
    },
  );

  it.each([-4 * 365 * 86_400, 5 * 86_400])(
    'a deal created now with a date %d s off is created when it was changed last',
    async (off) => {
      await start();
      const times = { last_modified: NOW, updated_at: NOW, created_at: NOW + off, date_create: NOW + off };
      await rig.hook(NOW + 1, item('add', { status_id: ONBOARDING, ...times }));
      rig.log.creations.push({ id: '01b', dealId: DEAL, at: NOW });
      await rig.readLog(NOW + 300);
      expect(await rig.events()).toMatchObject([
        { kind: 'deal_moved', from: null, to: { stageId: ONBOARDING }, occurredAt: NOW },
      ]);
    },
  );

  const unsorted = (action: string, fields: Record<string, string | number>) =>
    Object.fromEntries(
      Object.entries({ uid: 'x', pipeline_id: SALES, created_at: NOW, ...fields }).map(([name, value]) => [
        `unsorted[${action}][0]${name.startsWith('[') ? name : `[${name}]`}`,
        value,
      ]),
    );
  const accepted = unsorted('delete', { action: 'accept', '[accept_result][leads][0]': DEAL });

  it('an incoming lead enters its stage, and the stage into which it is accepted', async () => {
    await start();
    await rig.hook(NOW, unsorted('add', { lead_id: DEAL }));
    await rig.hook(NOW + 60, accepted);
    rig.log.moves.push(entry('01c', INCOMING, NEW, NOW + 60));
    rig.log.creations.push({ id: '01b', dealId: DEAL, at: NOW });
    await rig.readLog(NOW + 300);
    await rig.hook(NOW + 360, accepted);
    expect(await rig.events()).toMatchObject([
      { to: { stageId: INCOMING }, from: null, occurredAt: NOW },
      { to: { stageId: NEW }, from: { stageId: INCOMING }, occurredAt: NOW + 60 },
    ]);
    expect(await rig.outcomes()).toContain(
      `Incoming lead ${DEAL} was accepted. Its stage is looked up in Kommo.`,
    );
  });

  it.each([
    ['leads[add]', item('add', { status_id: NEW, last_modified: NOW + 60, created_at: NOW })],
    ['leads[status]', item('status', { status_id: NEW, old_status_id: INCOMING, last_modified: NOW + 60 })],
    [
      'leads[status] an hour ahead',
      item('status', { status_id: NEW, old_status_id: INCOMING, last_modified: NOW + 3_660 }),
    ],
  ])('its acceptance and %s are one event, in any order', async (_, hook) => {
    for (const hooks of [
      [accepted, hook],
      [hook, accepted],
    ]) {
      await start();
      for (const one of hooks) await rig.hook(NOW + 61, one);
      rig.log.moves.push(entry('01c', INCOMING, NEW, NOW + 60));
      await rig.readLog(NOW + 300);
      expect(await rig.events()).toMatchObject([{ to: { stageId: NEW } }]);
    }
  });

  it('a declined one enters no stage, and says so', async () => {
    await start();
    await rig.hook(NOW, unsorted('delete', { action: 'decline', '[decline_result][leads][0]': DEAL }));
    expect(await rig.events()).toEqual([]);
    expect(await rig.outcomes()).toEqual([
      'Ignored: An incoming lead was declined, so its deal enters no stage.',
    ]);
  });

  it('a merge, a deletion and a link that no webhook reported come from the log, each once', async () => {
    await start();
    rig.log.records.push(
      { id: '01d', kind: 'contact_deleted', subject: 501, at: NOW },
      { id: '01e', kind: 'contact_merged', subject: 502, at: NOW },
      { id: '01f', kind: 'contact_changed', subject: 503, at: NOW },
      { id: '01g', kind: 'deal_changed', subject: DEAL, at: NOW },
    );
    await rig.hook(NOW + 1, { 'contacts[delete][0][id]': 501 });
    await rig.hook(NOW + 1, { 'contacts[update][0][id]': 503, 'contacts[update][0][updated_at]': NOW });
    await rig.readLog(NOW + 60);
    await rig.readLog(NOW + 360);
    expect(await rig.events()).toEqual([
      { kind: 'contact_deleted', contactId: 501, occurredAt: NOW + 1 },
      { kind: 'contact_changed', contactId: 503, occurredAt: NOW },
      { kind: 'contact_merged', contactId: 502, occurredAt: NOW },
      { kind: 'deal_changed', dealId: DEAL, occurredAt: NOW },
    ]);
    expect(rig.calls.filter((call) => call === 'records')).toHaveLength(2);
  });

  it('moves are found where the account refuses the types of the other changes', async () => {
    await start();
    const refuse = () =>
      Promise.reject(new DeliveryError('permanent', 'Kommo knows no such type.', { status: 400 }));
    Object.assign(rig.connection.kommo, { recordChanges: refuse });
    rig.log.moves.push(entry('01c', INCOMING, NEW, NOW));
    await rig.readLog(NOW + 60);
    expect(await rig.events()).toHaveLength(1);
  });

  it('the log is read no further back than events are kept, so that a move whose event is gone is not taken for a missed one', async () => {
    await start();
    const beginnings: number[] = [];
    const dealMoves = async ({ from }: { from: number }) => {
      beginnings.push(from);
      return [];
    };
    Object.assign(rig.connection.kommo, { dealMoves });
    await rig.readLog(NOW + 100 * 86_400);
    expect(beginnings[0]).toBe(NOW + 20 * 86_400);
  });
});
