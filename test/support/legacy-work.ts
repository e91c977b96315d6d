import type { Insertable, Kysely } from 'kysely';
import type { PgBoss } from 'pg-boss';
import type { Action } from '../../src/domain/actions.ts';
import { json } from '../../src/store/database/database.ts';
import type { ActionRow, EventRow, Schema } from '../../src/store/database/schema.ts';
import type { World } from './world.ts';

/** Deals by what was under way for them when the old program stopped. */
export interface Cast {
  /** Its webhook was stored, and not read yet. */
  heard: number;
  /** Its move was an event, and not planned yet. */
  typed: number;
  /** A Digital Pipeline hook told of it; the events log was to be asked for the time. */
  hinted: number;
  /** Its event was on the way to Customer.io; a note waits for that. */
  sending: number;
  /** A note was to be written now, or a little later. */
  ready: number;
  later: number;
  /** A dead letter, which stays one. */
  dead: number;
  /** Its watch runs out soon. */
  watched: number;
}

const WON = 142;
const NOBODY = 'http://127.0.0.1:9/nobody';

/** What all parts of the old work share. */
interface Scene {
  db: Kysely<Schema>;
  world: World;
  deals: Cast;
  now: number;
  /** Unix seconds. */
  movedAt: number;
}

/** Writes one row of everything that can be under way, as migrations 001 and 002 keep it. */
export async function writeLegacyWork(db: Kysely<Schema>, boss: PgBoss, world: World): Promise<Cast> {
  const { deals, webhook, movedAt } = await moveUnheard(world);
  const scene = { db, world, deals, now: Date.now(), movedAt };
  const inbox = await writeInbox(scene, webhook);
  const planned = await writeEvents(scene, inbox.done);
  await writeHint(scene, inbox.done);
  await writeActions(scene, planned);
  await writeWatch(scene, boss, planned);
  await writeConnection(scene);
  return deals;
}

/** Moves deals while Kommo has no webhook to Stagepost. @returns the webhook that told of the first. */
async function moveUnheard(world: World) {
  const { kommo } = world;
  for (const { destination } of kommo.hooks()) kommo.removeHook(destination);
  kommo.addHook({ destination: NOBODY, settings: ['status_lead'] });
  const id = (name: string) => world.deal({ email: `${name}@example.com` }).id;
  const deals: Cast = {
    heard: id('heard'),
    typed: id('typed'),
    hinted: id('hinted'),
    sending: id('sending'),
    ready: id('ready'),
    later: id('later'),
    dead: id('dead'),
    watched: id('watched'),
  };
  for (const deal of [deals.heard, deals.typed, deals.hinted]) world.move(deal, 'Closed - won');
  const told = await kommo.waitFor(() =>
    kommo.hookDeliveries().find(({ body }) => body.includes(String(deals.heard))),
  );
  kommo.removeHook(NOBODY);
  return { deals, webhook: told.body, movedAt: kommo.deal(deals.typed)!.updatedAt };
}

async function writeInbox({ db, now }: Scene, webhook: string): Promise<{ done: number }> {
  const common = {
    connection: 'acme',
    source: 'kommo' as const,
    received_at: now,
    headers: json({ 'content-type': 'application/x-www-form-urlencoded' }),
    outcome: null,
    understood_at: null,
  };
  await db
    .insertInto('inbox')
    .values({ ...common, body: Buffer.from(webhook), state: 'new' })
    .execute();
  const { id } = await db
    .insertInto('inbox')
    .values({ ...common, body: Buffer.from(''), state: 'done' })
    .returning('id')
    .executeTakeFirstOrThrow();
  return { done: id };
}

/** @returns the id of an event that is planned already. */
async function writeEvents(scene: Scene, inboxId: number): Promise<number> {
  const { db, deals, now } = scene;
  const typed = await addEvent(scene, moveOf(scene, deals.typed, { key: 'typed', state: 'new' }));
  await addEvent(scene, parkedReport(scene));
  const planned = await addEvent(
    scene,
    moveOf(scene, deals.sending, { key: 'planned', state: 'planned', planned_at: now }),
  );
  await db.insertInto('event_reports').values({ event_id: planned, inbox_id: inboxId }).execute();
  await db
    .insertInto('moves')
    .values({
      connection: 'acme',
      deal_id: deals.typed,
      from_stage_id: firstStage(scene),
      pipeline_id: scene.world.kommo.pipelineId('Sales'),
      stage_id: WON,
      hook_at: scene.movedAt,
      kommo_event_id: null,
      kommo_event_at: null,
      event_id: typed,
      event_key: 'typed',
    })
    .execute();
  return planned;
}

const firstStage = ({ world, deals }: Scene) => world.kommo.deal(deals.ready)!.stageId;

type PartOfEvent = Pick<Insertable<EventRow>, 'key' | 'kind' | 'payload' | 'state'> &
  Partial<Insertable<EventRow>>;

async function addEvent({ db, now, movedAt }: Scene, event: PartOfEvent): Promise<number> {
  const blank = { name: null, deal_id: null, contact_id: null, person: null };
  const unplanned = { reason: null, rule: null, planned_at: null, attempts: 0, next_attempt_at: 0 };
  const row = { connection: 'acme', ...blank, ...unplanned, occurred_at: movedAt, created_at: now, ...event };
  const { id } = await db
    .insertInto('events')
    .values({ ...row, payload: json(event.payload), warnings: json<string[]>([]) })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

function moveOf(
  scene: Scene,
  dealId: number,
  rest: { key: string; state: 'new' | 'planned'; planned_at?: number },
): PartOfEvent {
  const pipelineId = scene.world.kommo.pipelineId('Sales');
  const from = { pipelineId, stageId: firstStage(scene) };
  const to = { pipelineId, stageId: WON };
  const payload = { kind: 'deal_moved', dealId, from, to, occurredAt: scene.movedAt } as const;
  return { ...rest, kind: 'deal_moved', deal_id: dealId, payload };
}

/** An open of the person whose deal's webhook is still to be read. */
function parkedReport({ now, movedAt }: Scene): PartOfEvent {
  const email = 'heard@example.com';
  const payload = {
    kind: 'mail_report',
    name: 'email_opened',
    reportId: 'r1',
    person: { id: null, email, cioId: null },
    occurredAt: movedAt,
    deliveryId: 'd1',
    machine: false,
    values: { subject: 'Welcome' },
  } as const;
  const waiting = { state: 'parked', reason: 'Nobody was found.', planned_at: now } as const;
  return { key: 'parked', kind: 'mail_report', name: 'email_opened', person: email, payload, ...waiting };
}

async function writeHint({ db, world, deals }: Scene, inboxId: number): Promise<void> {
  const pipelineId = world.kommo.pipelineId('Sales');
  const report = { dealId: deals.hinted, fromPipelineId: null, fromStageId: null, pipelineId, stageId: WON };
  await db
    .insertInto('untimed_moves')
    .values({ connection: 'acme', inbox_id: inboxId, report: json(report), attempts: 0, next_attempt_at: 0 })
    .execute();
}

async function writeActions(scene: Scene, eventId: number): Promise<void> {
  const { db, deals, now, movedAt } = scene;
  const person = 'sending@example.com';
  const data = { deal_id: deals.sending };
  const track: Action = { kind: 'track', person, name: 'deal_won', data, timestamp: movedAt };
  const add = (payload: Action, part: Partial<Insertable<ActionRow>>) =>
    addAction(scene, eventId, payload, part);
  const note = (dealId: number): Action => ({ kind: 'note', dealId, text: 'from the old program' });

  const sent = await add(track, { state: 'sending', sent_at: now, deal_id: deals.sending });
  await add(note(deals.sending), { state: 'waiting', after_id: sent });
  await add(note(deals.ready), { state: 'ready' });
  await add(note(deals.later), { state: 'ready', next_attempt_at: now + 1_000 });
  await add(note(deals.dead), { state: 'dead', failure: 'reject' });
  await db
    .insertInto('attempts')
    .values({
      connection: 'acme',
      lane: 'customerio',
      started_at: now,
      duration_ms: 5,
      call: 'POST /api/v2/batch',
      status: null,
      outcome: 'unknown',
      error: null,
      action_ids: [sent],
    })
    .execute();
}

let ulids = 0;

async function addAction(
  { db, now }: Scene,
  eventId: number,
  payload: Action,
  part: object,
): Promise<number> {
  const isTrack = payload.kind === 'track';
  ulids += 1;
  const { id } = await db
    .insertInto('actions')
    .values({
      connection: 'acme',
      lane: isTrack ? 'customerio' : 'kommo',
      event_id: eventId,
      kind: payload.kind,
      subject: 'dealId' in payload ? `deal:${payload.dealId}` : payload.person,
      deal_id: 'dealId' in payload ? payload.dealId : null,
      ulid: `01HZZZZZZZZZZZZZZZZZZZZ${String(ulids).padStart(3, '0')}`,
      state: 'ready',
      after_id: null,
      priority: 0,
      attempts: 0,
      next_attempt_at: 0,
      created_at: now,
      sent_at: null,
      done_at: null,
      result: null,
      failure: null,
      error: null,
      ...part,
      payload: json(payload),
      warnings: json<string[]>([]),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  return id;
}

async function writeWatch({ db, deals, now }: Scene, boss: PgBoss, eventId: number): Promise<void> {
  const connection = 'acme';
  const person = 'watched@example.com';
  const deal_id = deals.watched;
  const known = { email: person, contact_id: null, attributes: null, fields: json({}), updated_at: now };
  await db
    .insertInto('persons')
    .values({ connection, person, deal_id, ...known })
    .execute();
  await db.insertInto('person_deals').values({ connection, person, deal_id, linked_at: now }).execute();
  await db
    .insertInto('first_reports')
    .values({ connection, name: 'email_clicked', delivery_id: 'd0', event_id: eventId })
    .execute();
  const rule = { start: 'deal_won', unless: 'email_opened', stopped_by: null, ended_at: null };
  const { id } = await db
    .insertInto('watches')
    .values({ connection, person, deal_id, ...rule, started_at: now - 60_000, fires_at: now + 500 })
    .returning('id')
    .executeTakeFirstOrThrow();
  await boss.send('watch', { watchId: id }, { startAfter: new Date(now + 500) });
}

/** So that the events log is read from before the moves on: it must find them known. */
async function writeConnection({ db, movedAt }: Scene): Promise<void> {
  await db
    .insertInto('connections')
    .values({
      connection: 'acme',
      catalog: null,
      catalog_at: null,
      owner: null,
      owner_until: 0,
      reconciled_from: movedAt - 10,
      reconciled_to: movedAt - 10,
    })
    .execute();
}
