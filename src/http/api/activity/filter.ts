import type { StageRef } from '../../../domain/entities.ts';
import type { EventOutcome } from '../../../domain/event-outcome.ts';
import { EVENT_KINDS } from '../../../domain/events.ts';
import { isMilestone } from '../../../domain/message-progress.ts';
import type { NoEmailReason } from '../../../domain/plan/no-email.ts';
import type { EventState } from '../../../store/database/schema.ts';
import { ALL_STATES, type EventPosition, type KindAndState } from '../../../store/events/event-pages.ts';
import type { ActivityRow, Direction, EventKind, Outcome } from './contract.ts';
import { directionOf } from './rows.ts';

/** Which events a list or a stream shows. */
export interface Filter {
  /** Events of other connections never match. */
  connections: readonly string[];
  direction?: Direction | undefined;
  kind?: EventKind | undefined;
  name?: string | undefined;
  deal?: number | undefined;
  /** The person's identifiers and emails, as requested and as stored. */
  persons?: string[] | undefined;
  /** The stage that a deal entered. */
  stage?: StageRef | undefined;
  /** Why no email was due. */
  reason?: NoEmailReason | undefined;
  /** The title of the rule that applied. */
  rule?: string | undefined;
  /** The id of the campaign that has sent the message of a report. */
  campaign?: number | undefined;
  /** The id of the deal's responsible user. */
  owner?: number | undefined;
  outcome?: Outcome | undefined;
  repaired?: boolean | undefined;
  hide?: 'nothing' | undefined;
  /** When Stagepost received it, ms; `until` itself is excluded. */
  since?: number | undefined;
  until?: number | undefined;
}

const STATES: Record<Outcome, EventState[]> = {
  open: ['new', 'planned'],
  done: ['planned'],
  failed: ['planned', 'ignored'],
  nothing: ['ignored'],
  parked: ['parked'],
  waiting: ['waiting'],
  held: ['held'],
};

/** Whether an event says that somebody moved a deal, or that a timer of one ran out. */
const isAboutSending = (kind: EventKind) => kind === 'deal_moved' || kind === 'inactivity';

/** The kinds and states of events that can match: they narrow the search, so that a page is full however few events match. */
export function kindsAndStates(filter: Filter): KindAndState[] {
  return EVENT_KINDS.filter((kind) => isKindWanted(kind, filter)).flatMap((kind) =>
    ALL_STATES.filter((state) => isStateWanted(kind, state, filter)).map((state) => ({ kind, state })),
  );
}

/** Whether only reports can match. */
export function isOfReports(filter: Filter): boolean {
  return EVENT_KINDS.every((kind) => kind === 'mail_report' || !isKindWanted(kind, filter));
}

function isKindWanted(candidate: EventKind, filter: Filter): boolean {
  const { kind, direction, name, stage, campaign, reason, repaired } = filter;
  return (
    (kind === undefined || candidate === kind) &&
    (direction === undefined || directionOf(candidate) === direction) &&
    (!(repaired || stage) || candidate === 'deal_moved') &&
    (campaign === undefined || candidate === 'mail_report') &&
    (reason === undefined || isAboutSending(candidate)) &&
    // Events of other kinds have no name.
    (name === undefined || candidate === 'mail_report' || candidate === 'inactivity')
  );
}

/** A report for which there was nothing to do can still say how far its message came. */
function isStateWanted(kind: EventKind, state: EventState, { outcome, hide }: Filter): boolean {
  if (kind === 'mail_report' && state === 'ignored' && (outcome === 'done' || hide === 'nothing'))
    return true;
  if (outcome !== undefined) return STATES[outcome].includes(state);
  return hide !== 'nothing' || state !== 'ignored';
}

/** Whether an event belongs to a list, as far as it says so itself: its actions decide the rest. */
export function prefilter(event: EventPosition, filter: Filter): boolean {
  const { connections, name, deal, persons, stage, reason, rule, campaign, owner, since, until } = filter;
  return (
    connections.includes(event.connection) &&
    isKindWanted(event.kind, filter) &&
    isStateWanted(event.kind, event.state, filter) &&
    (name === undefined || event.name === name) &&
    (deal === undefined || event.deal_id === deal) &&
    (persons === undefined || persons.includes(event.person ?? '')) &&
    (stage === undefined ||
      (event.pipeline === String(stage.pipelineId) && event.stage === String(stage.stageId))) &&
    (reason === undefined || event.no_email === reason) &&
    (rule === undefined || event.rule === rule) &&
    (campaign === undefined || event.campaign === String(campaign)) &&
    (owner === undefined || event.owner_id === owner) &&
    (since === undefined || event.created_at >= since) &&
    (until === undefined || event.created_at < until) &&
    !isHidden(event, filter)
  );
}

/** Reports for which there was nothing to do, and that say nothing about a message. */
function isHidden({ kind, state, message, name }: EventPosition, { outcome, hide }: Filter): boolean {
  if (kind !== 'mail_report' || state !== 'ignored') return false;
  if (outcome !== 'done' && hide !== 'nothing') return false;
  return message === null || !isMilestone(name ?? '');
}

/** Whether a row that belongs to a list has the outcome that is asked for. */
export function hasOutcome(
  row: Pick<ActivityRow, 'outcome' | 'repaired'>,
  { outcome, hide, repaired }: Pick<Filter, 'outcome' | 'hide' | 'repaired'>,
): boolean {
  return (
    (outcome === undefined || row.outcome === (outcome satisfies EventOutcome)) &&
    (hide !== 'nothing' || row.outcome !== 'nothing') &&
    (!repaired || row.repaired)
  );
}
