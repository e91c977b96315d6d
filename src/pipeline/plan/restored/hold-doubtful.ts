import type { ActionOf } from '../../../domain/actions.ts';
import { inactivityRuleFor, stageRuleFor, titleOfStageRule } from '../../../domain/rules/find-rule.ts';
import type { Rules } from '../../../domain/rules/rules.ts';
import { inLeasedTransaction } from '../../../store/connections/leased-transaction.ts';
import type { Database } from '../../../store/database/database.ts';
import type { Millis } from '../../../store/database/schema.ts';
import type { StoredEvent } from '../../../store/events/events.ts';
import { postponeWithDeals } from '../../../store/events/postpone-events.ts';
import { markHeld, saveRestoredHold } from '../../../store/holds/hold-moves.ts';
import type { Restored } from '../../../store/restored.ts';
import type { Connection } from '../../connection.ts';
import { gatherSimulation } from '../gather-simulation.ts';
import { simulate } from '../simulate.ts';
import { type Evidence, judgeSends, type PlannedSend, rewordedTexts, type SendState } from './evidence.ts';
import { readEvidence } from './read-evidence.ts';
import type { JudgedTrack, SentBefore } from './sent-before.ts';

export interface DoubtfulOptions {
  database: Database;
  connection: Connection;
  now: Millis;
  restored: Restored;
}

/** The events that can be planned, and what of their plans was sent before the restore. */
export interface Judged {
  events: StoredEvent[];
  sent: SentBefore;
}

/**
 * Judges the stage changes and the timers from before the restore that are planned only now: another database may have sent
 * their events. Both sides are asked. What was sent is planned without its event, what was not is planned as usual, and what
 * cannot be known is held until somebody decides: a campaign that starts late is better than one that starts twice.
 * @throws DeliveryError where Kommo cannot be read
 * @throws LeaseLost
 */
export async function holdDoubtful(options: DoubtfulOptions, batch: StoredEvent[]): Promise<Judged> {
  const doubtful = batch.filter((row) => isDoubtful(row, options));
  const sent: SentBefore = new Map();
  if (doubtful.length === 0) return { events: batch, sent };
  const sends = await plannedSends(options, doubtful);
  if (sends.length === 0) return { events: batch, sent };
  const evidence = await readEvidence(options.database.db, options.connection, sends);
  const states = judgeSends(sends, evidence);
  const eventsIn = (state: SendState) =>
    new Set(sends.filter((send) => states.get(send) === state).map(({ eventId }) => eventId));
  const postponed = await postpone(options, doubtful, eventsIn('later'));
  const askedOften = [...eventsIn('later')].filter((id) => !postponed.events.has(id));
  const unknown = new Set([...eventsIn('unknown'), ...askedOften]);
  await hold(
    options,
    doubtful.filter(({ id }) => unknown.has(id)),
  );
  const left = batch.filter((row) => !unknown.has(row.id) && !isPostponed(row, postponed));
  return { events: left, sent: doneBefore(sends, states, evidence) };
}

/** How often Customer.io is asked again for an event: for a quarter of an hour, with growing pauses. */
const MAX_ATTEMPTS = 8;

interface Postponed {
  events: Set<number>;
  /** Whose other events wait with them. */
  deals: Set<number>;
}

/** Postpones events of which Customer.io may say more in a moment, unless it was asked often enough. */
async function postpone(
  { database, connection, now }: DoubtfulOptions,
  rows: StoredEvent[],
  later: Set<number>,
): Promise<Postponed> {
  const postponed = rows.filter(({ id, attempts }) => later.has(id) && attempts < MAX_ATTEMPTS);
  if (postponed.length > 0)
    await inLeasedTransaction(database.db, connection, 'shared', (trx) =>
      postponeWithDeals(trx, postponed, now),
    );
  const deals = postponed.map(({ deal_id }) => deal_id).filter((id) => id !== null);
  return { events: new Set(postponed.map(({ id }) => id)), deals: new Set(deals) };
}

function isPostponed({ id, deal_id }: StoredEvent, { events, deals }: Postponed): boolean {
  return events.has(id) || (deal_id !== null && deals.has(deal_id));
}

function doneBefore(
  sends: PlannedSend[],
  states: Map<PlannedSend, SendState>,
  { written }: Evidence,
): SentBefore {
  const sent = sends.filter((send) => states.get(send) === 'sent');
  const reworded = rewordedTexts(sent, written);
  const done: SentBefore = new Map();
  for (const [eventId, ofEvent] of Map.groupBy(sends, (send) => send.eventId)) {
    const tracks = (isSent: boolean): JudgedTrack[] =>
      ofEvent.filter((send) => (states.get(send) === 'sent') === isSent).map(({ track }) => track);
    done.set(eventId, {
      sent: tracks(true),
      unsent: tracks(false),
      written: reworded.get(eventId) ?? new Set(),
    });
  }
  return done;
}

/** Only these events start campaigns. Somebody who has released a held one has decided. */
function isDoubtful(
  { payload, occurred_at, released_at }: StoredEvent,
  { connection: { rules }, restored }: DoubtfulOptions,
): boolean {
  if (released_at !== null || occurred_at > restored.doubtfulUntil) return false;
  return (
    payload.kind === 'inactivity' ||
    (payload.kind === 'deal_moved' && stageRuleFor(payload.to, rules) !== undefined)
  );
}

/** Plans the events, on a state of their own, to see what they would send. */
async function plannedSends(
  { database, connection, now }: DoubtfulOptions,
  events: StoredEvent[],
): Promise<PlannedSend[]> {
  const input = await gatherSimulation({
    ...{ db: database.db, connection, events, rules: [connection.rules], now },
    ...{ lookupAllowed: false, priority: 'retry', signal: new AbortController().signal },
  });
  return input.events.flatMap((event) => {
    // What cannot be planned is set aside by the planning itself.
    const [simulated] = attempt(() => simulate({ ...input, events: [event] })) ?? [];
    const payloads = (simulated?.decisions[0]?.actions ?? []).map(({ payload }) => payload);
    const texts = payloads.flatMap((payload) =>
      payload.kind === 'note' || payload.kind === 'task' ? [payload.text] : [],
    );
    const tracks = payloads.filter((payload): payload is ActionOf<'track'> => payload.kind === 'track');
    return tracks.map((track) => ({ eventId: event.id, dealId: event.deal_id ?? 0, track, texts }));
  });
}

function attempt<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

async function hold(
  { database, connection, now, restored }: DoubtfulOptions,
  rows: StoredEvent[],
): Promise<void> {
  if (rows.length === 0) return;
  const reason = reasonOf(restored);
  const byPlace = Map.groupBy(rows, (row) => JSON.stringify(placeOf(row, connection.rules)));
  await inLeasedTransaction(database.db, connection, 'shared', async (trx) => {
    for (const [place, held] of byPlace) {
      const { rule, ...stage } = JSON.parse(place) as ReturnType<typeof placeOf>;
      const times = held.map(({ occurred_at }) => occurred_at);
      const range = { firstAt: Math.min(...times), lastAt: Math.max(...times) };
      const since = restored.doubtfulUntil * 1000;
      const holdId = await saveRestoredHold(trx, connection.name, { ...stage, ...range }, since, now);
      const rulesVersion = connection.rulesVersion || null;
      await markHeld(
        trx,
        held.map(({ id }) => ({ id, holdId, reason, rule, rulesVersion })),
        now,
      );
    }
  });
}

/** The stage that was entered; 0 for a timer, which is about none. */
function placeOf({ payload }: StoredEvent, rules: Rules) {
  if (payload.kind === 'deal_moved') {
    const rule = stageRuleFor(payload.to, rules)!;
    return { ...payload.to, event: rule.event, rule: titleOfStageRule(rule) };
  }
  const start = payload.kind === 'inactivity' ? payload.start : '';
  const event = inactivityRuleFor(start, rules)?.event ?? start;
  return { pipelineId: 0, stageId: 0, event, rule: `inactivity: ${start} → ${event}` };
}

function reasonOf({ from }: Restored): string {
  const state =
    from === null
      ? 'an earlier state'
      : `a backup of ${new Date(from).toISOString().slice(0, 16).replace('T', ' ')} UTC`;
  return (
    `The event is held until somebody decides on the page Held deals: the database was restored from ${state}, and this may ` +
    'have been sent already.'
  );
}
