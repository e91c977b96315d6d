import { entriesOfReport } from '../../domain/consent/entries-of-report.ts';
import type { LedgerEntry, RecordedEntry } from '../../domain/consent/ledger-entry.ts';
import type { Effect, Plan } from '../../domain/plan/plan-types.ts';
import type { StoredEvent } from '../../store/events/events.ts';
import { type ConsentState, isFailure, isKept } from '../gather/load-consent.ts';

/**
 * The entries of the ledger that an event adds, whatever the rules make of it: an opt-out without a reaction is one, too, and
 * so is one whose person is not found yet.
 */
export function consentEffects({ id, payload }: StoredEvent, plan: Plan, state: ConsentState): Effect[] {
  if (payload.kind !== 'mail_report' || plan.isTest) return [];
  const own = entriesOfReport(payload).filter((entry) => isKept(entry, state));
  if (own.length === 0) return [];
  const isPending = plan.outcome === 'parked' || plan.setAside !== undefined;
  const task = plan.actions.find(({ action }) => action.kind === 'task')?.action;
  const entries: RecordedEntry[] = own.map((entry) => ({
    ...entry,
    ...(task?.kind === 'task' && isFailure(entry.kind) && { taskDealId: task.dealId }),
    ...{ eventId: id, isPending, values: payload.values },
  }));
  const arrivals = own.some(({ kind }) => isFailure(kind)) ? state.arrivals.filter(isSameAddress(own)) : [];
  return [{ kind: 'consent_recorded', entries: [...entries, ...arrivals] }];
}

const isSameAddress =
  (own: LedgerEntry[]) =>
  ({ address }: LedgerEntry): boolean =>
    own.some((entry) => entry.address === address);
