import type { Action } from '../../src/domain/actions.ts';
import type { MailReport } from '../../src/domain/events.ts';
import {
  addActions,
  claimForSending,
  type NewAction,
  type NewAttempt,
  saveOutcomes,
} from '../../src/store/actions/actions.ts';
import type { LeasedTransaction } from '../../src/store/connections/leased-transaction.ts';
import type { Db } from '../../src/store/database/database.ts';
import type { Millis } from '../../src/store/database/schema.ts';
import { addEvents, type NewEvent } from '../../src/store/events/events.ts';
import { addFirstReports } from '../../src/store/events/first-reports.ts';
import { addMoves } from '../../src/store/events/moves.ts';
import { markPlanned } from '../../src/store/events/planned-events.ts';
import { markUnderstood, newRequests, type RawRequest, storeRequests } from '../../src/store/inbox.ts';
import { asLeased } from '../../test/support/leased.ts';
import { kommoBody, reportBody } from './bodies.ts';

export const CONNECTION = 'acme';
const OWNER = 'year';
const REPORTS = ['email_sent', 'email_delivered', 'email_opened', 'email_clicked'] as const;
/** Of one deal, over some weeks. */
const MOVES_OF_A_DEAL = 4;

/** An event with the actions that follow from it. */
interface Planned {
  request: RawRequest;
  event: Omit<NewEvent, 'connection' | 'inboxIds'>;
  actions: Pick<NewAction, 'lane' | 'subject' | 'payload'>[];
}

/**
 * Stores moves at a simulated time as the pipeline does, through the store's own functions: each with its webhook, the event
 * that starts a campaign, and four reports, three of which set a field or add a note. That is 5 requests, 5 events, 7 actions
 * and 7 calls for each move. The moves share statements, which the stored rows do not show.
 * @param from the number of the first move; every move has its own
 */
export async function storeMoves(db: Db, from: number, count: number, at: Millis): Promise<void> {
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  await process(
    db,
    numbers.map((n) => plannedMove(n, at)),
    at,
  );
  const reports = numbers.flatMap((n) => REPORTS.map((name, index) => plannedReport(n, name, at + index)));
  await process(db, reports, at);
}

export async function createConnection(db: Db): Promise<void> {
  await db
    .insertInto('connections')
    .values({ connection: CONNECTION, owner: OWNER, owner_until: 0 })
    .onConflict((conflict) => conflict.doNothing())
    .execute();
}

async function process(db: Db, planned: Planned[], at: Millis): Promise<void> {
  await storeRequests(
    db,
    planned.map(({ request }) => request),
  );
  const { requests } = await newRequests(db, CONNECTION, planned.length, 1e9);
  const eventIds = await inTransaction(db, async (trx) => {
    const events = planned.map(({ event }, index) => ({
      ...{ connection: CONNECTION, inboxIds: [requests[index]!.id] },
      ...event,
    }));
    const ids = await addEvents(trx, events, at);
    await addMoves(trx, movesAmong(planned, ids));
    await addFirstReports(trx, firstReportsAmong(planned, ids), at);
    await markUnderstood(
      trx,
      requests.map(({ id }) => ({ id, outcome: 'One event.' })),
      at,
    );
    return planned.map(({ event }) => ids.get(event.key)!);
  });
  await plan(db, planned, eventIds, at);
  await deliver(db, eventIds, at);
}

/**
 * On a busy machine this process may pause for longer than Stagepost allows a transaction. The server then ends the connection
 * and rolls back, so the work is repeated.
 */
async function inTransaction<T>(db: Db, work: (trx: LeasedTransaction) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await db.transaction().execute((transaction) => work(asLeased(transaction)));
    } catch (error) {
      if (attempt === 5) throw error;
    }
  }
}

async function plan(db: Db, planned: Planned[], eventIds: number[], at: Millis): Promise<void> {
  await inTransaction(db, async (trx) => {
    const decisions = planned.map(({ event, actions }, index) => ({
      id: eventIds[index]!,
      state: actions.length > 0 ? ('planned' as const) : ('ignored' as const),
      reason: actions.length > 0 ? null : 'No reaction is set up for this report.',
      rule: actions.length > 0 ? 'stage Proposal sent' : null,
      warnings: [],
      person: event.person,
      deal_id: dealOf(event),
      rules_version: 3,
      client_state: null,
    }));
    await markPlanned(trx, decisions, at);
    const actions = planned.flatMap((one, index) =>
      one.actions.map((action, position) => ({
        ...action,
        connection: CONNECTION,
        event_id: eventIds[index]!,
        deal_id: dealOf(one.event),
        ulid: ulidOf(eventIds[index]!, position),
        after: null,
      })),
    );
    await addActions(trx, actions, at);
  });
}

/** One call for each action, as for lone moves. */
async function deliver(db: Db, eventIds: number[], at: Millis): Promise<void> {
  const rows = await db
    .selectFrom('actions')
    .select(['id', 'lane', 'kind', 'attempts'])
    .where('event_id', 'in', eventIds)
    .where('state', '=', 'ready')
    .execute();
  const ids = rows.map(({ id }) => id);
  await claimForSending(db, { name: CONNECTION, owner: OWNER }, rows, at);
  const outcomes = ids.map((id) => ({
    ...{ id, state: 'done' as const, attempts: 1, next_attempt_at: 0, result: `note:${80_000_000 + id}` },
    ...{ failure: null, failure_code: null, error: null, warnings: [] },
  }));
  const attempts = rows.map(
    ({ id, lane, kind }): NewAttempt => ({
      ...{ connection: CONNECTION, lane, started_at: at, duration_ms: 140, status: 200, outcome: 'accepted' },
      ...{ call: lane === 'kommo' ? CALLS[kind as keyof typeof CALLS] : `PUT /api/v1/customers/{id}` },
      ...{ error: null, action_ids: [id] },
    }),
  );
  await saveOutcomes(db, outcomes, at, OWNER, attempts);
}

const CALLS = { note: 'POST /api/v4/leads/notes', set_field: 'PATCH /api/v4/leads' } as const;

function plannedMove(n: number, at: Millis): Planned {
  const { dealId, person } = subjectOf(n);
  const occurredAt = Math.floor(at / 1000);
  const to = { pipelineId: 9_621_010, stageId: 70_000_000 + (n % 7) };
  const from = { pipelineId: 9_621_010, stageId: 70_000_000 + ((n + 6) % 7) };
  const attributes = {
    ...ATTRIBUTES,
    email: person,
    deal_id: dealId,
    deal_name: `Deal ${dealId}`,
    deal_stage: to.stageId,
  };
  return {
    request: {
      ...{ connection: CONNECTION, source: 'kommo', receivedAt: at, headers: KOMMO_HEADERS },
      body: Buffer.from(kommoBody(dealId, to.stageId, from.stageId, occurredAt)),
    },
    event: {
      key: `move:${dealId}:${to.stageId}:${occurredAt}:${n}`,
      event: { kind: 'deal_moved', dealId, from, to, occurredAt, by: 8_112_233 },
      ...{ name: null, person },
    },
    actions: [
      customerio(person, { kind: 'identify', person, attributes, timestamp: occurredAt }),
      customerio(person, {
        ...{ kind: 'track', person, name: 'proposal_sent', timestamp: occurredAt },
        data: { ...attributes, from_stage: from.stageId, pipeline: 'Sales' },
      }),
    ],
  };
}

function plannedReport(n: number, name: (typeof REPORTS)[number], at: Millis): Planned {
  const { dealId, person } = subjectOf(n);
  const occurredAt = Math.floor(at / 1000);
  const deliveryId = `dgOt6wUDAJ${n}AAYz8k2bV3sJ9dQeXw==`;
  const reportId = `01E4C4CT6YDC7Y5M7FE1GWWPQJ${n}${name}`;
  const body = reportBody({ name, reportId, deliveryId, person, occurredAt });
  const event: MailReport = {
    ...{ kind: 'mail_report', name, reportId, occurredAt, deliveryId, recipients: [person], machine: false },
    person: { id: person, email: person, cioId: `a3000001${n}` },
    values: body.data,
  };
  const text = `${name}: "Your proposal from Northwind" (campaign Proposal follow-up), ${new Date(at).toISOString()}`;
  const field = kommo(dealId, { kind: 'set_field', dealId, field: 'Email status', value: name });
  const note = kommo(dealId, { kind: 'note', dealId, text });
  return {
    request: {
      ...{ connection: CONNECTION, source: 'customerio', receivedAt: at, headers: CUSTOMERIO_HEADERS },
      body: Buffer.from(JSON.stringify(body)),
    },
    event: { key: `report:${reportId}`, event, name, person },
    actions: name === 'email_sent' ? [] : name === 'email_delivered' ? [field] : [field, note],
  };
}

const KOMMO_HEADERS = {
  'content-type': 'application/x-www-form-urlencoded',
  'user-agent': 'amoCRM/Webhook 3.0',
};
const CUSTOMERIO_HEADERS = {
  'content-type': 'application/json',
  'user-agent': 'Customer.io Web Hooks/1.0',
  'x-cio-timestamp': '1764500000',
};
const ATTRIBUTES = {
  ...{ first_name: 'Ann', last_name: 'Example', phone: '+15551234567', company: 'Northwind Traders Ltd.' },
  ...{
    deal_price: 12_500,
    deal_pipeline: 'Sales',
    responsible: 'Bob Manager',
    source: 'website',
    language: 'en',
  },
};

const customerio = (person: string, payload: Action) => ({
  lane: 'customerio' as const,
  subject: person,
  payload,
});
const kommo = (dealId: number, payload: Action) => ({
  lane: 'kommo' as const,
  subject: `deal:${dealId}`,
  payload,
});

function subjectOf(n: number) {
  const deal = Math.floor(n / MOVES_OF_A_DEAL);
  return { dealId: 30_000_000 + deal, person: `client.number.${deal}@example-company.com` };
}

const dealOf = ({ person }: { person: string | null }) => 30_000_000 + Number(/\d+/.exec(person!)![0]);
const ulidOf = (eventId: number, position: number) =>
  `01J${String(eventId * 10 + position).padStart(23, '0')}`;

function movesAmong(planned: Planned[], ids: Map<string, number>) {
  return planned.flatMap(({ event: { key, event } }) => {
    if (event.kind !== 'deal_moved') return [];
    const eventId = ids.get(key)!;
    return [
      {
        ...{ connection: CONNECTION, deal_id: event.dealId, from_stage_id: event.from!.stageId },
        ...{ pipeline_id: event.to.pipelineId, stage_id: event.to.stageId, hook_at: event.occurredAt },
        ...{ hook_times: null, arrived_at: event.occurredAt, event_id: eventId, event_key: key },
        ...{ kommo_event_id: `01j${eventId}`, kommo_event_at: event.occurredAt },
      },
    ];
  });
}

function firstReportsAmong(planned: Planned[], ids: Map<string, number>) {
  return planned.flatMap(({ event: { key, event } }) =>
    event.kind === 'mail_report'
      ? [
          {
            connection: CONNECTION,
            name: event.name,
            delivery_id: event.deliveryId!,
            event_id: ids.get(key)!,
          },
        ]
      : [],
  );
}
