import type { ObservedMove, ObservedReport } from './observed.ts';

/*
 * What must stand at both simulators in the end, worked out from what the senders saw and from
 * examples/stagepost.yaml. Written from the configuration's comments, not from src/: a shared mistake would
 * pass its own test.
 */

/** How often something must be there: between `least` and `most` times. */
export interface Expected {
  /** `event`: at Customer.io; `note` and `task`: on the deal in Kommo. */
  kind: 'event' | 'note' | 'task';
  dealId: number;
  person: string;
  /** The event's name, or the text. */
  what: string;
  least: number;
  most: number;
}

export interface ExpectedField {
  dealId: number;
  /** Of `email_status`; null where nothing was to set it. */
  value: string | null;
}

/** Two moves of one deal that Stagepost received in order: their effects must have the same order. */
export interface ExpectedOrder {
  dealId: number;
  person: string;
  first: { event: string; note: string; at: number };
  second: { event: string; note: string; at: number };
}

export interface Verdict {
  effects: Expected[];
  fields: ExpectedField[];
  orders: ExpectedOrder[];
}

/** Stage by id: the event that it starts. */
const EVENTS: Record<number, string> = {
  12345678: 'demo_scheduled',
  12345679: 'demo_completed',
  12345680: 'proposal_sent',
  12345681: 'onboarding_started',
  142: 'deal_won',
};

const UNSUBSCRIBED = 'Client unsubscribed from Customer.io emails - clarify preferences';
const INACTIVE = 'onboarding_inactive';

export interface OracleOptions {
  /** The configuration's `inactivity[0].after`, in ms. */
  inactiveAfterMs: number;
  /** First name of each person, for the task's text. */
  firstNames: Map<string, string>;
}

export function judge(moves: ObservedMove[], reports: ObservedReport[], options: OracleOptions): Verdict {
  const effects = new Map<string, Expected>();
  const add = (part: Omit<Expected, 'least' | 'most'>, least = 1, most = least) => {
    const key = `${part.kind}/${part.dealId}/${part.person}/${part.what}`;
    const found = effects.get(key) ?? { ...part, least: 0, most: 0 };
    effects.set(key, { ...found, least: found.least + least, most: found.most + most });
  };
  const dealOf = new Map(moves.map(({ person, dealId }) => [person, dealId]));
  for (const move of moves) {
    const event = EVENTS[move.stageId];
    if (event === undefined) continue;
    const { dealId, person } = move;
    add({ kind: 'event', dealId, person, what: event });
    add({ kind: 'note', dealId, person, what: noteOf(event, person) });
    if (event !== 'deal_won') continue;
    const { least, most } = silence(move, reports, options);
    add({ kind: 'event', dealId, person, what: INACTIVE }, least, most);
    const text = `No onboarding email opened in 5 days - reach out to ${options.firstNames.get(person)}`;
    add({ kind: 'task', dealId, person, what: text }, least, most);
  }
  const status = createStatus();
  const opened = new Set<string>();
  for (const report of reports) {
    const dealId = dealOf.get(report.person);
    if (dealId === undefined) continue;
    for (const { kind, what } of reactionTo(report, status, opened))
      add({ kind, dealId, person: report.person, what });
  }
  const fields = [...dealOf].map(([person, dealId]) => ({ dealId, value: status.of(person) }));
  return { effects: [...effects.values()], fields, orders: ordersOf(moves) };
}

function noteOf(event: string, person: string): string {
  if (event === 'onboarding_started') return 'Onboarding email campaign launched in Customer.io';
  if (event === 'deal_won') return "Campaign 'deal_won' launched in Customer.io";
  return `Event '${event}' sent to Customer.io for ${person}`;
}

/**
 * The note or task as it would be for a client who can get email. Whether a client could is decided when the move is planned,
 * and an unsubscribe or a bounce that comes within the same seconds may count or not; what each of them says is a test of its
 * own.
 */
export function withoutClientState(text: string, person: string): string {
  const event = /^Customer\.io has the event (\w+), but \S+ gets no email: /.exec(text)?.[1];
  if (event !== undefined) return noteOf(event, person);
  return text.replace(/^\S+ gets no email: [^.]+\. /, '');
}

/** Whether the inactivity event comes: surely, surely not, or it depends on which was first by a hair. */
function silence(move: ObservedMove, reports: ObservedReport[], { inactiveAfterMs }: OracleOptions) {
  const from = Math.floor(move.at / 1000);
  const until = move.at + inactiveAfterMs;
  const opens = reports.filter(
    ({ person, name, isMachine, at }) =>
      person === move.person &&
      name === 'email_opened' &&
      !isMachine &&
      at >= from &&
      at * 1000 <= until + 1000,
  );
  if (opens.length === 0) return { least: 1, most: 1 };
  const inTime = opens.some(({ at, acceptedAt }) => at * 1000 < until - 1000 && acceptedAt < until - 1000);
  return inTime ? { least: 0, most: 0 } : { least: 0, most: 1 };
}

type Effect = { kind: 'note' | 'task'; what: string };

function reactionTo(
  report: ObservedReport,
  status: ReturnType<typeof createStatus>,
  opened: Set<string>,
): Effect[] {
  const { name, person, isMachine, subject, href, failureMessage } = report;
  const note = (what: string): Effect[] => [{ kind: 'note', what }];
  const task = (what: string): Effect => ({ kind: 'task', what });
  switch (name) {
    case 'email_opened': {
      if (isMachine || opened.has(report.deliveryId!)) return [];
      opened.add(report.deliveryId!);
      return note(`Client opened email (${subject})`);
    }
    case 'email_clicked':
      return isMachine ? [] : note(`Clicked link in email ${subject}: ${href}`);
    case 'email_converted':
      return note(`Conversion from email ${subject}`);
    case 'email_unsubscribed':
      return status.set(person, 'unsubscribed') ? [task(UNSUBSCRIBED)] : [];
    case 'email_bounced':
      return status.set(person, 'bounced')
        ? [task(`Email not delivered (${failureMessage}) - check address`)]
        : [];
    case 'email_spammed':
      return status.set(person, 'spam') ? [task(`Client marked ${subject} as spam - do not email`)] : [];
    case 'customer_subscribed':
    case 'email_subscribed':
      status.set(person, 'subscribed');
      return [];
    default:
      return [];
  }
}

/**
 * The status of each person. The load leaves seconds between two changes of one person, so that they are heard of
 * in their order; what must win within one second is a test of its own.
 */
function createStatus() {
  const current = new Map<string, string>();
  return {
    of: (person: string) => current.get(person) ?? null,
    /** @returns whether that was a change: one change, one task. */
    set(person: string, value: string): boolean {
      const changed = current.get(person) !== value;
      current.set(person, value);
      return changed;
    },
  };
}

/** Pairs of a deal's moves of which the first was reported before the second happened. */
function ordersOf(moves: ObservedMove[]): ExpectedOrder[] {
  const byDeal = new Map<number, ObservedMove[]>();
  for (const move of moves) {
    if (EVENTS[move.stageId] !== undefined)
      byDeal.set(move.dealId, [...(byDeal.get(move.dealId) ?? []), move]);
  }
  const side = (move: ObservedMove) => {
    const event = EVENTS[move.stageId]!;
    return { event, note: noteOf(event, move.person), at: Math.floor(move.at / 1000) };
  };
  return [...byDeal.values()].flatMap((own) =>
    own.slice(1).flatMap((second, index) => {
      const first = own[index]!;
      const isTold = first.reportedAt !== null && first.reportedAt < second.at;
      const { dealId, person } = first;
      return isTold ? [{ dealId, person, first: side(first), second: side(second) }] : [];
    }),
  );
}
