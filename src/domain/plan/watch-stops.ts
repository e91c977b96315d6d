import { en } from '../../languages/en.ts';
import type { Consent, Deliverability } from '../consent/fold.ts';
import type { LedgerEntry } from '../consent/ledger-entry.ts';
import type { MailState } from '../consent/mail-state.ts';
import type { StateChange } from '../consent/state-change.ts';
import type { Deal, StageRef } from '../entities.ts';
import type { DealMoved, MailReport } from '../events.ts';
import { inactivityRuleFor, stageRuleFor } from '../rules/find-rule.ts';
import type { InactivityRule, Reaction, Rules, StopCondition } from '../rules/rules.ts';
import { stopReports } from '../rules/stop-reports.ts';
import type { ClientState } from './client-state.ts';
import type { Effect, PlanContext, RunningWatch } from './plan-types.ts';

/**
 * The person's watches that a report stops: those that wait for it, and those whose rule stops for what the report says of
 * the client (`stop_when`, `unmailable_clients: stop`).
 */
export function stoppedByReport(
  event: MailReport,
  own: readonly LedgerEntry[],
  change: StateChange | null,
  reaction: Reaction | undefined,
  context: PlanContext,
  rules: Rules,
): Effect[] {
  const after = own.length > 0 ? change?.after : undefined;
  const states = after && [after.state, after.consent.state, after.deliverability.state];
  return stopping(context.watches, (watch) => {
    if (answers(event, reaction, watch)) return true;
    const rule = inactivityRuleFor(watch.start, rules);
    return rule !== undefined && (states ?? []).some((state) => clientStopping(state, rule) !== null);
  });
}

/**
 * Machine opens do not count as activity unless the reaction says so. A report from after a watch's end does not stop it,
 * even if the watch has not fired yet (after a crash).
 */
function answers(event: MailReport, reaction: Reaction | undefined, watch: RunningWatch): boolean {
  if (event.machine && reaction?.machineOpens !== 'count') return false;
  const { unless, startedAt, firesAt } = watch;
  return (
    stopReports(unless).includes(event.name) && startedAt <= event.occurredAt && event.occurredAt <= firesAt
  );
}

/** The deal's watches that a move stops (`stop_when`). A move from before a watch's start says nothing about it. */
export function stoppedByMove(
  { dealId, to, occurredAt }: DealMoved,
  context: PlanContext,
  rules: Rules,
): Effect[] {
  const ofDeal = context.watches.filter((watch) => watch.dealId === dealId);
  return stopping(ofDeal, ({ start, startedAt }) => {
    const rule = inactivityRuleFor(start, rules);
    const condition = rule ? stageStopping(to, rule, rules) : null;
    return condition !== null && (condition !== 'stage_left' || startedAt <= occurredAt);
  });
}

/** Won and lost have the same ids in every pipeline (Kommo docs, "Pipelines and stages"). */
const ENDS: ReadonlyMap<number, 'won' | 'lost'> = new Map([
  [142, 'won'],
  [143, 'lost'],
]);

/** The condition by which a deal in this stage stops the timer; null where it does not. */
function stageStopping(stage: StageRef, { start, stopWhen }: InactivityRule, rules: Rules) {
  const end = ENDS.get(stage.stageId);
  if (end !== undefined && stopWhen.includes(end)) return end;
  const hasLeft = stopWhen.includes('stage_left') && stageRuleFor(stage, rules)?.event !== start;
  return hasLeft ? 'stage_left' : null;
}

type ClientFact = MailState | Consent['state'] | Deliverability['state'];

const CLIENT_CONDITIONS: Partial<Record<ClientFact, StopCondition>> = {
  unsubscribed: 'unsubscribed',
  complained: 'unsubscribed',
  bounced: 'bounced',
  suppressed: 'bounced',
};
const UNMAILABLE: ReadonlySet<ClientFact> = new Set<ClientFact>([
  ...(['unsubscribed', 'complained', 'bounced', 'suppressed', 'no_address'] as const),
]);

/** The key of the rule by which a client in this state stops the timer; null where it goes on. */
function clientStopping(state: ClientFact, { stopWhen, unmailableClients }: InactivityRule): string | null {
  const condition = CLIENT_CONDITIONS[state];
  if (condition !== undefined && stopWhen.includes(condition)) return `stop_when: ${condition}`;
  return unmailableClients === 'stop' && UNMAILABLE.has(state) ? 'unmailable_clients: stop' : null;
}

/** Whether a timer of this rule starts for the client. */
export function startsFor({ state }: Pick<ClientState, 'state'>, rule: InactivityRule): boolean {
  return clientStopping(state, rule) === null;
}

/**
 * Why a timer that runs out does nothing, by what the deal and the client are now; null where it acts. An opt-out that was set
 * in Kommo and a move that nothing has reported have stopped no timer.
 */
export function stoppedByNow(
  deal: Deal,
  client: ClientState,
  rule: InactivityRule,
  rules: Rules,
): string | null {
  const condition = stageStopping(deal.stage, rule, rules);
  if (condition === 'stage_left') return en.reasons.leftStageOfTimer;
  if (condition !== null) return `The deal is ${condition} (stop_when: ${condition}).`;
  const key = clientStopping(client.state, rule);
  return key === null ? null : `${client.sentence} That stops the timer (${key}).`;
}

/** The reason for an event without actions, with what else has come of it. */
export function withStops(reason: string, effects: readonly Effect[]): string {
  const isStop = effects.some(({ kind }) => kind === 'stop_watches');
  return isStop ? `${reason} ${en.reasons.timerStopped}` : reason;
}

function stopping(watches: readonly RunningWatch[], isStopped: (watch: RunningWatch) => boolean): Effect[] {
  const watchIds = watches.filter(isStopped).map(({ id }) => id);
  return watchIds.length > 0 ? [{ kind: 'stop_watches', watchIds }] : [];
}
